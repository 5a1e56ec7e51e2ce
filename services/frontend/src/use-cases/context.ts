import type { CreateId, Logger } from '@torii/chassis';
import type { Dispatcher } from 'undici';
import type { Accounts } from '../cognito/accounts.ts';
import type { Sessions } from '../session/sessions.ts';

/** What requests work with. */
export interface FrontendContext {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  /** API Gateway's stage, without a slash at the end. */
  readonly apiUrl: string;
  /** Connections to the API. */
  readonly api: Dispatcher;
  readonly now: () => number;
  readonly createId: CreateId;
  readonly logger: Logger;
}
