import type { Clock, CommandMessage, Database, Failpoints, Logger, Outbox } from '@torii/chassis';
import type { SentBy } from '@torii/contracts';
import type { FileStore } from '../store/files.ts';

/** Straight to the owner's queue, for messages too large to be written twice; resolves once the queue has it. */
export type SendCommand = (command: CommandMessage<SentBy<'jobs'>>) => Promise<void>;

/** What the use cases of the worker need from outside. */
export interface WorkerContext {
  readonly database: Database;
  readonly outbox: Outbox<'jobs'>;
  readonly files: FileStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly sendCommand: SendCommand;
  readonly failpoints: Failpoints<WorkerStep>;
}

/**
 * Of each chunk: before and after its batch goes to catalog, or its part to S3; before and after the commit of the checkpoint
 * behind it. Of a job: before the commit that completes it.
 */
export type WorkerStep = 'beforeSend' | 'afterSend' | 'beforeCommit' | 'afterCommit' | 'beforeComplete';

/** How much time a slice still has. */
export interface SliceBudget {
  remainingMs(): number;
}
