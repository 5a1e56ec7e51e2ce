/** What the page before handed over, by navigation state: an e-mail address must not stand in a URL, which ends up in logs. */
export interface HandedOver {
  readonly email: string;
  readonly notice: 'confirmed' | 'password-reset' | undefined;
}

export function parseHandedOver(state: unknown): HandedOver {
  const fields = typeof state === 'object' && state !== null ? (state as Readonly<Record<string, unknown>>) : {};
  const notice = fields['notice'];
  return {
    email: typeof fields['email'] === 'string' ? fields['email'] : '',
    notice: notice === 'confirmed' || notice === 'password-reset' ? notice : undefined,
  };
}

/** Any origin serves: it tells what stays within the app from what leaves it. */
const APP = 'https://app.invalid';

/**
 * Where to go after log-in: only an address of this app, never another site's. Read as browsers read it, which drop tabs and
 * take a backslash for a slash.
 */
export function parseNext(search: string): string {
  const next = new URLSearchParams(search).get('next') ?? '/';
  if (!URL.canParse(next, APP)) return '/';
  const { origin, pathname, search: query, hash } = new URL(next, APP);
  return origin === APP && !pathname.startsWith('//') ? `${pathname}${query}${hash}` : '/';
}
