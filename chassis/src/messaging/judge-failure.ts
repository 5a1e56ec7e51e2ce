import { isClientFault } from '../errors/service-error.ts';
import { toServiceError } from '../errors/to-service-error.ts';
import { describeError } from './failures.ts';
import type { InvalidMessage } from './parse-message.ts';

/** Whether a message may succeed later. `reason` is what its dead letter will say, now or should this have been the last delivery. */
export type Verdict =
  | { readonly kind: 'dead'; readonly reason: string; readonly error: string }
  | { readonly kind: 'retry'; readonly unavailable: boolean; readonly reason: string; readonly error: string };

/** Client-fault kinds can never succeed; what is unavailable comes back; a bug may be a passing one, so it is tried a while. */
export function judgeError(error: unknown, attempt: number, maxAttempts: number): Verdict {
  const known = toServiceError(error);
  const text = describeError(error);
  if (known !== undefined && isClientFault(known)) return { kind: 'dead', reason: known.code, error: text };
  if (known === undefined && attempt >= maxAttempts) return { kind: 'dead', reason: 'attempts-exhausted', error: text };
  return { kind: 'retry', unavailable: known?.kind === 'unavailable', reason: 'attempts-exhausted', error: text };
}

/**
 * What nobody can read is dead at once. Except for a version that is newer than this process: while old and new tasks run side by side, the next
 * delivery may reach one that knows it, so it is tried until the queue's last delivery.
 */
export function judgeInvalid({ reason, error }: InvalidMessage): Verdict {
  return reason === 'unknown-version'
    ? { kind: 'retry', unavailable: false, reason: 'unknown-type', error }
    : { kind: 'dead', reason, error };
}
