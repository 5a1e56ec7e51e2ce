// What must never reach a log in clear, found by its shape. Every pattern starts at a boundary that no earlier character of
// the same run can satisfy, so that a run is scanned once and the cost stays linear in the text.
const EMAIL = /(?<![\w.%+-])[\w.%+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/g;
const BEARER = /\b(Bearer|Basic)\s{1,4}[\w.~+/=-]{8,}/gi;
const JSON_WEB_TOKEN = /(?<![\w.-])eyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/g;
const PHONE = /(?<![\w+.-])(?:\+\d(?:[ .()-]{0,2}\d){7,14}|0\d{1,4}-\d{1,4}-\d{3,4})(?![\w-])/g;
// First digits of the card schemes (ISO/IEC 7812); 9, which begins an ISBN, is none of them.
const CARD = /(?<![\w.-])[2-6](?:[ -]?\d){12,18}(?![\w-])/g;

/** Replaces e-mail addresses, bearer tokens, JSON web tokens, phone and card numbers by `[masked]` and their kind. */
export function maskPatterns(text: string): string {
  let masked = text;
  if (masked.includes('@')) masked = masked.replace(EMAIL, '[masked e-mail]');
  if (/bearer|basic/i.test(masked)) masked = masked.replace(BEARER, '$1 [masked token]');
  if (masked.includes('eyJ')) masked = masked.replace(JSON_WEB_TOKEN, '[masked token]');
  return masked.replace(PHONE, '[masked phone]').replace(CARD, (digits) => (passesLuhn(digits) ? '[masked card]' : digits));
}

/** Digit runs that are not card numbers (times, ids) fail this checksum nine times in ten. */
function passesLuhn(text: string): boolean {
  const digits = text.replaceAll(/\D/g, '');
  let sum = 0;
  for (let position = 0; position < digits.length; position += 1) {
    const digit = Number(digits[digits.length - 1 - position]);
    const doubled = position % 2 === 0 ? digit : digit * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** Names of fields that hold personal data: the last name of each dotted path; of a list or record of such data, its own. */
export function fieldNames(paths: readonly string[]): ReadonlySet<string> {
  return new Set(paths.flatMap((path) => path.split('.').findLast((name) => name !== '*') ?? []));
}

/** How deep an object is masked; what lies deeper is left out. */
const MAX_DEPTH = 6;

/** A copy in which every field of one of these names is `[masked]`, at any depth. Errors are left to their serializer. */
export function maskFields(value: unknown, names: ReadonlySet<string>, depth = 0): unknown {
  if (isPlain(value)) return value;
  if (typeof value === 'number' || typeof value === 'bigint') return maskNumber(value);
  if (typeof value !== 'object' || value === null || value instanceof Error || value instanceof Date) return value;
  if (depth >= MAX_DEPTH) return '[too deep]';
  if (Array.isArray(value)) return value.map((element) => maskFields(element, names, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      name,
      names.has(name) && field !== null && field !== undefined ? '[masked]' : maskFields(field, names, depth + 1),
    ]),
  );
}

/** The least that has as many digits as a card number. */
const LONG_NUMBER = 1e12;

/** What a line takes as it is. JSON has no bigint. */
export function isPlain(value: unknown): boolean {
  if (typeof value === 'number') return Math.abs(value) < LONG_NUMBER;
  return typeof value === 'string' || typeof value === 'boolean' || value === undefined || value === null;
}

/** What looks like a card becomes a text: masked among JSON's bare digits, it would leave no JSON. */
function maskNumber(value: number | bigint): number | string {
  const text = String(value);
  const masked = maskPatterns(text);
  return typeof value === 'number' && masked === text ? value : masked;
}
