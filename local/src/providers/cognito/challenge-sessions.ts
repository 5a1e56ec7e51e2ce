import { randomBytes } from 'node:crypto';
import type { SrpExchange } from './srp.ts';

/** Log-ins that wait for the client's next step. In memory: a restart makes the client begin again, as an expiry would. */
export interface ChallengeSessions {
  open(state: ChallengeState, expiresAtMs: number): string;
  /** Gives a state once; undefined when unknown, used or expired. */
  take(id: string, nowMs: number): ChallengeState | undefined;
}

export type ChallengeState =
  /** Without `sub` the user does not exist and the exchange only pretends. */
  | {
      readonly kind: 'srp';
      readonly clientId: string;
      readonly userId: string;
      readonly sub: string | undefined;
      readonly exchange: SrpExchange;
    }
  | { readonly kind: 'new-password'; readonly clientId: string; readonly sub: string };

// Enough for a load test, small enough that a flood of half log-ins cannot fill the memory.
const CAPACITY = 10_000;

export function createChallengeSessions(): ChallengeSessions {
  const sessions = new Map<string, { readonly state: ChallengeState; readonly expiresAtMs: number }>();
  return {
    open(state, expiresAtMs) {
      const id = randomBytes(64).toString('base64');
      if (sessions.size >= CAPACITY) dropOldest(sessions);
      sessions.set(id, { state, expiresAtMs });
      return id;
    },
    take(id, nowMs) {
      const session = sessions.get(id);
      sessions.delete(id);
      return session !== undefined && session.expiresAtMs > nowMs ? session.state : undefined;
    },
  };
}

function dropOldest(sessions: Map<string, unknown>): void {
  const [oldest] = sessions.keys();
  if (oldest !== undefined) sessions.delete(oldest);
}
