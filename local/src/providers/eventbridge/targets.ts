// Brings an event to a target: again with backoff while the target fails, then to the dead-letter queue of the target.
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
export interface TargetParts {
  readonly queues: QueueAccess;
  readonly topics: TopicAccess;
  readonly functions: FunctionInvoker;
  /** Puts the event on another bus. */
  forward(busArn: string, event: Properties): Promise<void>;
  onUndeliverable(target: Target, error: unknown): void;
  /** Milliseconds before attempt `attempt` (1 is the first again). @default exponential with full jitter, at most a minute */
  readonly backoffMs?: (attempt: number) => number;
}
export interface TargetDelivery {
  /** Resolves after the first attempt at a queue or topic; a function runs on its own. Never rejects. */
  deliver(target: Target, event: Properties, ruleArn: string): Promise<void>;
  /** Gives up what is waiting for another attempt. */
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
  const inBackground = (work: Promise<void>): void => {
    const tracked = work.catch(() => undefined).finally(() => pending.delete(tracked));
    pending.add(tracked);
  };

  const retry = async (target: Target, event: Properties, failure: Failure): Promise<void> => {
    const maxRetries = serviceOf(target.arn) === 'lambda' ? Math.min(target.maxRetries, MAX_FUNCTION_RETRIES) : target.maxRetries;
    const giveUpAt = Date.now() + target.maxAgeSeconds * 1000;
    let { error } = failure;
    for (let attempt = 1; attempt <= maxRetries && Date.now() < giveUpAt; attempt++) {
      await wait(backoffMs(attempt), undefined, { signal: stopping.signal });
      try {
        return await send(parts, target, event);
      } catch (again) {
        error = again;
      }
    }
    parts.onUndeliverable(target, error);
    if (target.deadLetterArn === undefined) return;
    const attributes = {
      ERROR_CODE: 'SDK_CLIENT_ERROR',
      ERROR_MESSAGE: describe(error),
      RULE_ARN: failure.ruleArn,
      TARGET_ARN: target.arn,
    };
    await parts.queues.send(target.deadLetterArn, JSON.stringify(event), attributes);
  };
  const attempt = async (target: Target, event: Properties, ruleArn: string): Promise<void> => {
    try {
      await send(parts, target, event);
    } catch (error) {
      inBackground(retry(target, event, { error, ruleArn }));
    }
  };
  return {
    deliver: async (target, event, ruleArn) => {
      if (serviceOf(target.arn) === 'lambda') inBackground(attempt(target, event, ruleArn));
      else await attempt(target, event, ruleArn);
    },
    stop: async () => {
      stopping.abort();
      await Promise.race([Promise.allSettled(pending), wait(2000, undefined, { ref: false })]);
    },
  };
}

interface Failure {
  readonly error: unknown;
  readonly ruleArn: string;
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
