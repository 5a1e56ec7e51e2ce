import type { Cache, Clock, CreateId, Database, Outbox } from '@torii/chassis';

/** What every use case of the catalog works with. */
export interface CatalogContext {
  readonly database: Database;
  readonly outbox: Outbox<'catalog'>;
  readonly cache: Cache;
  readonly clock: Clock;
  readonly createId: CreateId;
}
