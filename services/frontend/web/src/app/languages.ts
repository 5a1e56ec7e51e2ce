export const LANGUAGES = ['en', 'ja'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Each language in its own words, so that people find theirs. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', ja: '日本語' };

const STORAGE_KEY = 'torii.language';

/** The first of `tags` (BCP 47) that the app speaks, by its primary part. */
export function findLanguage(tags: readonly (string | null)[]): Language | undefined {
  const primaries = tags.map((tag) => tag?.split('-')[0]?.toLowerCase());
  return primaries.flatMap((primary) => LANGUAGES.filter((language) => language === primary))[0];
}

/** What this browser chose before, else what it prefers, else English. */
export function detectLanguage(): Language {
  return findLanguage([localStorage.getItem(STORAGE_KEY), ...navigator.languages]) ?? 'en';
}

export function rememberLanguage(language: Language): void {
  localStorage.setItem(STORAGE_KEY, language);
}
