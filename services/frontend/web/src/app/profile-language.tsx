import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { getProfile, profileKey } from '../api/identity.ts';
import { speak } from './i18n.ts';
import { findLanguage } from './languages.ts';

/** Once per log-in, the language of the profile wins over the browser's: people keep theirs on a borrowed machine. */
export function ProfileLanguage() {
  const { i18n } = useTranslation();
  const applied = useRef(false);
  const profile = useQuery({ queryKey: profileKey, queryFn: ({ signal }) => getProfile(signal), staleTime: 60_000 });
  const language = profile.data === undefined ? undefined : findLanguage([profile.data.locale]);
  useEffect(() => {
    if (language === undefined || applied.current) return;
    applied.current = true;
    if (language !== i18n.language) void speak(language);
  }, [language, i18n]);
  return null;
}
