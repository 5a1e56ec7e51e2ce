import { parseCookie, stringifySetCookie } from 'cookie';

/** Browsers drop cookies whose name, value and attributes exceed 4096 bytes; this leaves room for name and attributes. */
const CHUNK_LENGTH = 3_800;
/** Two tokens of Cognito take two or three chunks; more is not ours. */
const MAX_CHUNKS = 8;
const NAME = 'torii-session';

export interface CookieScope {
  /** The browser came by https. */
  readonly secure: boolean;
  /** The request's `Cookie` header. */
  readonly cookieHeader: string | undefined;
}

/** The value that was set, or undefined when a piece of it is missing. */
export function readSessionCookie({ secure, cookieHeader }: CookieScope): string | undefined {
  const cookies = parseCookie(cookieHeader ?? '');
  const first = cookies[chunkName(secure, 0)];
  const [, count = '', start = ''] = /^([1-8])\.(.*)$/.exec(first ?? '') ?? [];
  if (count === '') return undefined;
  const rest = Array.from({ length: Number(count) - 1 }, (_, index) => cookies[chunkName(secure, index + 1)]);
  return rest.includes(undefined) ? undefined : [start, ...rest].join('');
}

/** `Set-Cookie` headers that store `value` in as many cookies as it needs, and remove those it no longer needs. */
export function writeSessionCookie(value: string, maxAgeS: number, scope: CookieScope): readonly string[] {
  const chunks = value.match(new RegExp(`.{1,${CHUNK_LENGTH}}`, 'g')) ?? [];
  if (chunks.length > MAX_CHUNKS) throw new Error(`The session cannot be kept in cookies: it takes ${chunks.length} of them.`);
  const stored = chunks.map((chunk, index) =>
    setCookie(scope, index, { value: index === 0 ? `${chunks.length}.${chunk}` : chunk, maxAgeS }),
  );
  return [...stored, ...removeFrom(chunks.length, scope)];
}

/** `Set-Cookie` headers that remove the session from the browser. */
export function clearSessionCookie(scope: CookieScope): readonly string[] {
  return removeFrom(0, scope);
}

function removeFrom(first: number, scope: CookieScope): readonly string[] {
  const present = parseCookie(scope.cookieHeader ?? '');
  return Array.from({ length: MAX_CHUNKS }, (_, index) => index)
    .filter((index) => index >= first && present[chunkName(scope.secure, index)] !== undefined)
    .map((index) => setCookie(scope, index, { value: '', maxAgeS: 0 }));
}

function setCookie(
  { secure }: CookieScope,
  index: number,
  { value, maxAgeS }: { readonly value: string; readonly maxAgeS: number },
): string {
  return stringifySetCookie({ name: chunkName(secure, index), value, maxAge: maxAgeS, httpOnly: true, sameSite: 'lax', path: '/', secure });
}

/** `__Host-`: a browser takes it only from this very host over https, so no neighbour can plant one. */
function chunkName(secure: boolean, index: number): string {
  return `${secure ? '__Host-' : ''}${NAME}.${index}`;
}
