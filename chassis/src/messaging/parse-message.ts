import { type Envelope, commands, envelope, events, findEvent, findSchema, upcast } from '@torii/contracts';
import type { Claim } from './claim-check.ts';
import type { DeadLetterReason } from './failures.ts';

/** A message that nobody can handle, ever, and why. */
export interface InvalidMessage {
  readonly reason: Exclude<DeadLetterReason, 'attempts-exhausted' | 'claim-unavailable'> | 'unknown-version';
  readonly error: string;
  /** What is known of it. */
  readonly type?: string;
  readonly id?: string;
}

export type ParsedMessage = { readonly message: Envelope } | { readonly invalid: InvalidMessage };

export interface ParseOptions {
  /** Whether this consumer has a handler for the type, which is a current one. */
  readonly isHandled: (type: string) => boolean;
  readonly redeem: (dataref: string) => Promise<Claim>;
}

/**
 * Checks the body of a queue message: JSON, envelope, a type this consumer handles, data (fetched, when the message has a claim) that fits its
 * contract; older versions become the current one. Only a message with a claim, of which there are few, is waited for.
 * @throws what `redeem` throws: the claim cannot be fetched now
 */
export function parseMessage(body: string | undefined, options: ParseOptions): ParsedMessage | Promise<ParsedMessage> {
  const json = parseJson(body ?? '');
  if (json === undefined) return { invalid: { reason: 'not-json', error: 'The body is not JSON.' } };
  const parsed = envelope.safeParse(json);
  if (!parsed.success) return { invalid: { reason: 'not-an-envelope', error: describe(parsed.error.issues) } };
  const { type, id } = parsed.data;
  const schema = findSchema(type);
  if (schema === undefined) return { invalid: { ...unknownType(type), type, id } };
  if (!options.isHandled(currentType(type)))
    return { invalid: { reason: 'not-for-this-consumer', error: `Type ${type} has no handler here.`, type, id } };
  const check = (claim: Claim): ParsedMessage => {
    if ('invalid' in claim) return { invalid: { ...claim.invalid, type, id } };
    const data = schema.safeParse(claim.data);
    if (!data.success) return { invalid: { reason: 'invalid-data', error: describe(data.error.issues), type, id } };
    return { message: upcast({ ...parsed.data, data: data.data }) };
  };
  const { dataref } = parsed.data;
  return dataref === undefined ? check({ data: parsed.data.data }) : options.redeem(dataref).then(check);
}

/** A newer version of a type we know was published by somebody newer than we are, during a deployment. */
function unknownType(type: string): Pick<InvalidMessage, 'reason' | 'error'> {
  const name = /^(.+)\.v\d+$/.exec(type)?.[1];
  const isNewer = name !== undefined && [...Object.keys(events), ...Object.keys(commands)].some((known) => known.startsWith(`${name}.v`));
  return isNewer
    ? { reason: 'unknown-version', error: `Version ${type} is in no contract that this process knows.` }
    : { reason: 'unknown-type', error: `Type ${type} is in no contract.` };
}

/** The type a message has once it has been upcast. */
function currentType(type: string): string {
  const successor = findEvent(type)?.upcast?.to;
  return successor === undefined ? type : currentType(successor);
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
