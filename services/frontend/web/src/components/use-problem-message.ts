import { useTranslation } from 'react-i18next';
import { ProblemError } from '../api/problem-error.ts';

/** Our own words for a code, if it is one we know. */
export function useCodeMessage(): (code: string) => string | undefined {
  const { t } = useTranslation();
  const known: Readonly<Record<string, string>> = t('errors', { returnObjects: true });
  return (code) => known[code];
}

/** Our own words for codes we know; else the server's sentence; else that something unforeseen happened. */
export function useProblemMessage(): (error: unknown) => string {
  const { t } = useTranslation();
  const findMessage = useCodeMessage();
  return (error) => {
    if (!(error instanceof ProblemError)) return t('errors.UNKNOWN');
    const { code, detail, title } = error.problem;
    return findMessage(code) ?? detail ?? (title === '' ? t('errors.UNKNOWN') : title);
  };
}
