import type { Clock, Database, Outbox } from '@torii/chassis';
import type { Accounts } from '../store/accounts.ts';

/** What every use case of identity works with. */
export interface IdentityContext {
  readonly database: Database;
  readonly outbox: Outbox<'identity'>;
  readonly accounts: Accounts;
  readonly clock: Clock;
}

/** Who asks, and in what language, for their own profile. */
export interface Caller {
  readonly token: string;
  readonly acceptLanguage: string | undefined;
}
