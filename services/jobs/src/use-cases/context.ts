import type { Clock, CreateId, Database, Logger, Outbox } from '@torii/chassis';
import type { FileStore } from '../store/files.ts';

/** What the use cases of the service need from outside. */
export interface JobsContext {
  readonly database: Database;
  readonly outbox: Outbox<'jobs'>;
  readonly files: FileStore;
  readonly clock: Clock;
  readonly createId: CreateId;
  readonly logger: Logger;
}
