import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type english from '../locales/en.json';
import { detectLanguage, type Language, rememberLanguage } from './languages.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof english };
  }
}

const TEXTS = {
  en: () => import('../locales/en.json'),
  ja: () => import('../locales/ja.json'),
} as const satisfies Readonly<Record<Language, () => Promise<{ default: unknown }>>>;

/** Texts of the browser's language are loaded before the first page is drawn, so nothing flashes in another one. */
export async function startTranslation(): Promise<void> {
  const language = detectLanguage();
  await i18next.use(initReactI18next).init({
    resources: {},
    fallbackLng: false,
    interpolation: { escapeValue: false /* React escapes */ },
    returnNull: false,
  });
  await speak(language);
}

/** Changes the page's language; remembered by this browser. */
export async function speak(language: Language): Promise<void> {
  const { default: texts } = await TEXTS[language]();
  i18next.addResourceBundle(language, 'translation', texts);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  rememberLanguage(language);
}
