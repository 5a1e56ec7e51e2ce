import { type Envelope, envelope, findSchema } from '@torii/contracts';

/** A message that nobody can handle, ever, and why. */
export interface InvalidMessage {
  readonly reason: 'not-json' | 'not-an-envelope' | 'unknown-type' | 'not-for-this-consumer' | 'invalid-data';
  readonly error: string;
  /** What is known of it, for the dead letter's log line. */
  readonly type?: string;
  readonly id?: string;
}

export type ParsedMessage = { readonly message: Envelope } | { readonly invalid: InvalidMessage };

/** Checks the body of a queue message: JSON, envelope, a type this consumer handles, data that fits its contract. */
export function parseMessage(body: string | undefined, isHandled: (type: string) => boolean): ParsedMessage {
  const json = parseJson(body ?? '');
  if (json === undefined) return { invalid: { reason: 'not-json', error: 'The body is not JSON.' } };
  const parsed = envelope.safeParse(json);
  if (!parsed.success) return { invalid: { reason: 'not-an-envelope', error: describe(parsed.error.issues) } };
  const { type, id } = parsed.data;
  const schema = findSchema(type);
  if (schema === undefined) return { invalid: { reason: 'unknown-type', error: `Type ${type} is in no contract.`, type, id } };
  if (!isHandled(type)) return { invalid: { reason: 'not-for-this-consumer', error: `Type ${type} has no handler here.`, type, id } };
  const data = schema.safeParse(parsed.data.data);
  if (!data.success) return { invalid: { reason: 'invalid-data', error: describe(data.error.issues), type, id } };
  return { message: { ...parsed.data, data: data.data } };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** How many wrong fields a dead letter tells of; one is usually enough to understand it. */
const MAX_ISSUES = 5;

/** Field paths and messages, never values: those may be personal data. */
function describe(issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]): string {
  return issues
    .slice(0, MAX_ISSUES)
    .map(({ path, message }) => `${path.map(String).join('.') || '(message)'}: ${message}`)
    .join('; ');
}
