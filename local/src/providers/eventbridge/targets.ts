// Brings an event to a target: again with backoff while the target fails, then to the dead-letter queue of the target. What waits for
// another attempt is kept by the platform's state, and tried again after a restart.
import { setTimeout as wait } from 'node:timers/promises';
import type { FunctionInvoker, Properties, QueueAccess, TopicAccess } from '../../provider.ts';
import { composeInput, type TargetInput } from './input.ts';

export interface Target {
  readonly id: string;
  readonly arn: string;
  readonly input: TargetInput;
  /** Attempts after the first. */
  readonly maxRetries: number;
  readonly maxAgeSeconds: number;
  readonly deadLetterArn?: string;
}
/** A delivery that has failed so far. */
export interface PendingDelivery {
  readonly target: Target;
  readonly event: Properties;
  readonly ruleArn: string;
  /** Milliseconds since 1970. */
  readonly giveUpAt: number;
  attempts: number;
}
export interface TargetParts {
  readonly queues: QueueAccess;
  readonly topics: TopicAccess;
  readonly functions: FunctionInvoker;
  /** Puts the event on another bus. */
  forward(busArn: string, event: Properties): Promise<void>;
  onUndeliverable(target: Target, error: unknown): void;
  /** Keeps this list in place of the one before. @default forgotten with the process */
  readonly keep?: (pending: readonly PendingDelivery[]) => void;
  /** Milliseconds before attempt `attempt` (1 is the first again). @default exponential with full jitter, at most a minute */
  readonly backoffMs?: (attempt: number) => number;
}
export interface TargetDelivery {
  /** Resolves after the first attempt at a queue or topic; a function runs on its own. Never rejects. */
  deliver(target: Target, event: Properties, ruleArn: string): Promise<void>;
  /** Goes on with what an earlier process has kept. */
  resume(pending: readonly PendingDelivery[]): void;
  /** Ends the attempts; what still waits has been kept. */
  stop(): Promise<void>;
}

const FIRST_BACKOFF_MS = 200;
const MAX_BACKOFF_MS = 60_000;
/** Lambda runs an asynchronous invocation at most three times, whatever the rule says. */
const MAX_FUNCTION_RETRIES = 2;

export function createTargetDelivery(parts: TargetParts): TargetDelivery {
  const stopping = new AbortController();
  const pending = new Set<Promise<void>>();
  const backoffMs = parts.backoffMs ?? ((attempt) => Math.random() * Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** attempt));
  const waiting = new Set<PendingDelivery>();
  const keep = (): void => parts.keep?.([...waiting]);
  const inBackground = (work: Promise<void>): void => {
    const tracked = work.catch(() => undefined).finally(() => pending.delete(tracked));
    pending.add(tracked);
  };
  const settle = async (delivery: PendingDelivery, error: unknown): Promise<void> => {
    parts.onUndeliverable(delivery.target, error);
    await giveToDeadLetters(parts, delivery, error);
  };
  const retry = async (delivery: PendingDelivery, failure: unknown): Promise<void> => {
    waiting.add(delivery);
    keep();
    let error = failure;
    while (delivery.attempts < maxRetriesOf(delivery.target) && Date.now() < delivery.giveUpAt) {
      delivery.attempts += 1;
      // Rejects at the stop, and the delivery stays among those that are kept.
      await wait(backoffMs(delivery.attempts), undefined, { signal: stopping.signal });
      try {
        await send(parts, delivery.target, delivery.event);
        error = undefined;
        break;
      } catch (again) {
        error = again;
      }
    }
    if (error !== undefined) await settle(delivery, error);
    waiting.delete(delivery);
    keep();
  };
  const attempt = async (target: Target, event: Properties, ruleArn: string): Promise<void> => {
    try {
      await send(parts, target, event);
    } catch (error) {
      inBackground(retry({ target, event, ruleArn, giveUpAt: Date.now() + target.maxAgeSeconds * 1000, attempts: 0 }, error));
    }
  };
  return {
    deliver: async (target, event, ruleArn) => {
      if (serviceOf(target.arn) === 'lambda') inBackground(attempt(target, event, ruleArn));
      else await attempt(target, event, ruleArn);
    },
    resume: (kept) => {
      for (const delivery of kept) inBackground(retry({ ...delivery }, new Error('The platform was stopped between two attempts')));
    },
    stop: async () => {
      stopping.abort();
      await Promise.race([Promise.allSettled(pending), wait(2000, undefined, { ref: false })]);
    },
  };
}

function maxRetriesOf({ arn, maxRetries }: Target): number {
  return serviceOf(arn) === 'lambda' ? Math.min(maxRetries, MAX_FUNCTION_RETRIES) : maxRetries;
}

async function giveToDeadLetters({ queues }: TargetParts, { target, event, ruleArn }: PendingDelivery, error: unknown): Promise<void> {
  if (target.deadLetterArn === undefined) return;
  const attributes = { ERROR_CODE: 'SDK_CLIENT_ERROR', ERROR_MESSAGE: describe(error), RULE_ARN: ruleArn, TARGET_ARN: target.arn };
  await queues.send(target.deadLetterArn, JSON.stringify(event), attributes);
}

/** Services an ARN of a target may name on this machine. */
export const TARGET_SERVICES = ['sqs', 'sns', 'lambda', 'events'] as const;

export function serviceOf(arn: string): string {
  return arn.split(':')[2] ?? '';
}

async function send(parts: TargetParts, target: Target, event: Properties): Promise<void> {
  const service = serviceOf(target.arn);
  if (service === 'events') return parts.forward(target.arn, event);
  const body = composeInput(target.input, event);
  if (service === 'sqs') return parts.queues.send(target.arn, body);
  if (service === 'sns') return parts.topics.publish(target.arn, body);
  await parts.functions.invoke(target.arn, JSON.parse(body));
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
