import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { createSsmClient } from '../aws/clients.ts';
import type { Logger } from '../logging/create-logger.ts';
import { createSignal } from '../time/signal.ts';

/**
 * Keeps the consumers of a release from messages until its smoke test has passed: before that nobody has seen it work, and messages are
 * not taken back. It opens by itself after a while, so that a queue is never without a consumer for long, whatever became of the test.
 */
export interface ConsumerGate {
  /** @returns true when messages may be taken, false when the gate was closed for good before */
  wait(): Promise<boolean>;
  /** Whoever waits stops waiting. */
  close(): void;
}

export interface ConsumerGateOptions {
  /** The release that this process runs. @default undefined: nothing is waited for */
  readonly release?: string | undefined;
  /** SSM parameter that holds the release whose consumers may take messages. @default undefined: nothing is waited for */
  readonly releaseParameter?: string | undefined;
  readonly logger: Logger;
  /** @default one that asks AWS */
  readonly ssm?: Pick<SSMClient, 'send'>;
  /** Between two looks at the parameter. @default 5000 */
  readonly pollMs?: number;
  /** After which it opens in any case. @default 900000 */
  readonly patienceMs?: number;
}

const POLL_MS = 5_000;
/**
 * Fifteen minutes. A smoke test gives up after five, and its tasks are gone soon after. One that has not begun by then, since a task beside this
 * one does not get healthy, or that cannot answer, is not waited for.
 */
const PATIENCE_MS = 900_000;

export function createConsumerGate(options: ConsumerGateOptions): ConsumerGate {
  const { release, releaseParameter } = options;
  if (release === undefined || releaseParameter === undefined) return { wait: async () => true, close: () => undefined };
  const closed = createSignal();
  let isClosed = false;
  let opening: Promise<boolean> | undefined;
  const open = async (): Promise<boolean> => {
    const isReleased = createReader(options, release, releaseParameter);
    const { logger, pollMs = POLL_MS, patienceMs = PATIENCE_MS } = options;
    const startedAt = performance.now();
    logger.info({ release, parameter: releaseParameter }, 'consumers wait for their release');
    while (!isClosed) {
      const waitedMs = Math.round(performance.now() - startedAt);
      if (await isReleased()) logger.info({ release, waitedMs }, 'release is let in: consumers start');
      else if (waitedMs >= patienceMs) logger.warn({ release, waitedMs }, 'nobody has let this release in: consumers start all the same');
      else {
        await closed.wait(pollMs);
        continue;
      }
      return !isClosed;
    }
    return false;
  };
  return {
    // Every consumer of the process waits for the same answer.
    wait: () => (opening ??= open()),
    close: () => {
      isClosed = true;
      closed.notify();
    },
  };
}

/** A parameter that cannot be read is one that says nothing: the gate stays shut, for as long as it has patience. */
function createReader({ ssm = createSsmClient(), logger }: ConsumerGateOptions, release: string, Name: string): () => Promise<boolean> {
  let lastError = '';
  return async () => {
    try {
      const { Parameter } = await ssm.send(new GetParameterCommand({ Name }));
      return Parameter?.Value === release;
    } catch (error) {
      // Once for each kind: it is asked again every few seconds.
      if (String(error) !== lastError) logger.warn({ err: error, parameter: Name }, 'released version cannot be read');
      lastError = String(error);
      return false;
    }
  };
}
