import { invalidParameter, requiredEntry, requiredText, textMap, type Input } from '../input.ts';
import { issueTokens, notAuthorized } from '../sessions.ts';
import { assertNotLocked, finishSignIn, recordFailure, wrongPassword } from '../sign-in-guard.ts';
import { isSrpProof } from '../srp.ts';
import { changeUser, type PoolClient, type UserPools } from '../user-pools.ts';
import { createCredentials, srpUser } from '../users.ts';
import type { Operation } from './operation.ts';

type Responses = Readonly<Record<string, string>>;

/** RespondToAuthChallenge and its administrative twin: PASSWORD_VERIFIER and NEW_PASSWORD_REQUIRED. */
export function createChallengeOperations(pools: UserPools): Readonly<Record<string, Operation>> {
  const respond = async (input: Input): Promise<object> => {
    const poolClient = pools.getClient(requiredText(input, 'ClientId'));
    const responses = textMap(input, 'ChallengeResponses');
    const name = requiredText(input, 'ChallengeName');
    if (name === 'PASSWORD_VERIFIER') return verifyPassword(pools, poolClient, responses);
    if (name === 'NEW_PASSWORD_REQUIRED') return setNewPassword(pools, poolClient, { session: requiredText(input, 'Session'), responses });
    throw invalidParameter(`Unsupported challenge ${name}`);
  };
  return { RespondToAuthChallenge: respond, AdminRespondToAuthChallenge: respond };
}

async function verifyPassword(pools: UserPools, poolClient: PoolClient, responses: Responses): Promise<object> {
  const { pool, client } = poolClient;
  const secretBlock = requiredEntry(responses, 'PASSWORD_CLAIM_SECRET_BLOCK');
  const signature = requiredEntry(responses, 'PASSWORD_CLAIM_SIGNATURE');
  const timestamp = requiredEntry(responses, 'TIMESTAMP');
  const state = pools.challenges.take(secretBlock, pools.now());
  if (state?.kind !== 'srp' || state.clientId !== client.id) throw wrongPassword();
  const proved = isSrpProof(state.exchange, srpUser(pool, state.userId), { secretBlock, timestamp, signature });
  const user = state.sub === undefined ? undefined : pools.store.findUser(pool.settings.id, state.sub);
  if (user === undefined) throw wrongPassword();
  assertNotLocked(pools, user);
  if (!proved) throw recordFailure(pools, pool, user);
  return finishSignIn(pools, poolClient, user);
}

async function setNewPassword(
  pools: UserPools,
  poolClient: PoolClient,
  { session, responses }: { readonly session: string; readonly responses: Responses },
): Promise<object> {
  const { pool, client } = poolClient;
  const password = requiredEntry(responses, 'NEW_PASSWORD');
  const state = pools.challenges.take(session, pools.now());
  if (state?.kind !== 'new-password' || state.clientId !== client.id) throw notAuthorized('Invalid session for the user.');
  const credentials = await createCredentials(pool, state.sub, password);
  const user = changeUser(pools, pool.settings.id, state.sub, (current) => ({
    ...current,
    ...credentials,
    status: 'CONFIRMED',
    temporaryPasswordExpiresAtMs: undefined,
  }));
  return issueTokens(pools, poolClient, { user, source: 'NewPasswordChallenge' });
}
