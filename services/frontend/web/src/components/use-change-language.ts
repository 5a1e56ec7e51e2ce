import { useMutation, useQueryClient } from '@tanstack/react-query';
import { changeProfile, profileKey } from '../api/identity.ts';
import { speak } from '../app/i18n.ts';
import type { Language } from '../app/languages.ts';
import { useSessionUser } from '../app/use-session-user.ts';

/** The page changes at once; the profile follows, and if it can't, this browser still remembers. */
export function useChangeLanguage(): (language: Language) => void {
  const user = useSessionUser();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: (language: Language) => changeProfile({ locale: language }),
    onSuccess: (profile) => queries.setQueryData(profileKey, profile),
  });
  return (language) => {
    void speak(language);
    if (user !== null) save.mutate(language);
  };
}
