import { locale } from '@torii/contracts';

export const DEFAULT_LOCALE = 'en';

/** The language a person reads: the first of the candidates that is a BCP 47 tag, else English. */
export function chooseLocale(...candidates: readonly (string | undefined)[]): string {
  return candidates.map(findLocale).find((tag) => tag !== undefined) ?? DEFAULT_LOCALE;
}

/** The tag an Accept-Language header likes best, by weight and then by place (RFC 9110 §12.5.4). */
export function findPreferredLanguage(acceptLanguage: string | undefined): string | undefined {
  const ranges = (acceptLanguage ?? '').split(',').map((range) => {
    const [tag = '', ...parameters] = range.split(';').map((part) => part.trim());
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    return { tag: findLocale(tag), weight: weight === undefined ? 1 : Number(weight) };
  });
  const wanted = ranges.filter(({ tag, weight }) => tag !== undefined && weight > 0);
  return wanted.toSorted((left, right) => right.weight - left.weight)[0]?.tag;
}

function findLocale(text: string | undefined): string | undefined {
  // Cognito's own `locale` attribute, and some clients, write ja_JP.
  const [language = '', ...subtags] = (text ?? '').replaceAll('_', '-').split('-');
  const parsed = locale.safeParse([language.toLowerCase(), ...subtags].join('-'));
  return parsed.success ? parsed.data : undefined;
}
