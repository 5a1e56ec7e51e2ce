import { useTranslation } from 'react-i18next';
import { ProblemError } from '../api/problem-error.ts';

/** Our own words for codes we know; else the server's sentence; else that something unforeseen happened. */
export function useProblemMessage(): (error: unknown) => string {
  const { t } = useTranslation();
  return (error) => {
    const known: Readonly<Record<string, string>> = t('errors', { returnObjects: true });
    if (!(error instanceof ProblemError)) return t('errors.UNKNOWN');
    const { code, detail, title } = error.problem;
    return known[code] ?? detail ?? (title === '' ? t('errors.UNKNOWN') : title);
  };
}
