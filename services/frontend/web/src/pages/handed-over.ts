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

/** Where to go after log-in: only an address of this app, never another site's. */
export function parseNext(search: string): string {
  const next = new URLSearchParams(search).get('next') ?? '/';
  return next.startsWith('/') && !/^\/[/\\]/.test(next) ? next : '/';
}
