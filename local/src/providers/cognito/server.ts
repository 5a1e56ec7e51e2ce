import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { createJsonDispatcher } from '../../control-server.ts';
import { sendJson } from '../../http-server.ts';
import { AwsError, type JsonOperation, type LocalContext } from '../../provider.ts';
import type { Operation } from './operations/operation.ts';
import { createOperations, needsCredentials } from './operations/table.ts';
import type { UserPools } from './user-pools.ts';

/** The user pool API, and each pool's key set, over https with the local CA. */
export function createCognitoServer(context: Pick<LocalContext, 'tls' | 'log'>, pools: UserPools): Server {
  const table = Object.fromEntries([...createOperations(pools)].map(([name, run]) => [name, guardOperation(name, run)]));
  const dispatch = createJsonDispatcher({ AWSCognitoIdentityProviderService: table }, (target, error) =>
    context.log('error', `${target} failed`, { error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
  const tls = { cert: readFileSync(context.tls.certFile), key: readFileSync(context.tls.keyFile) };
  return createServer(tls, (request, response) => {
    allowBrowsers(response);
    if (request.method === 'POST') void dispatch(request, response);
    else sendDocument(request, response, pools);
  });
}

/** The signature itself is not checked: on this machine everybody is the same account. */
function guardOperation(name: string, run: Operation): JsonOperation {
  if (!needsCredentials(name)) return run;
  return async (input, headers) => {
    if (headers['authorization']?.startsWith('AWS4-HMAC-SHA256 ') !== true) {
      throw new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token');
    }
    return run(input);
  };
}

/** Browsers may call Cognito directly with its own SDK: AWS sends the same permissive headers. */
function allowBrowsers(response: ServerResponse): void {
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader('access-control-allow-headers', '*');
  response.setHeader('access-control-expose-headers', 'x-amzn-RequestId,x-amzn-ErrorType');
}

function sendDocument(request: IncomingMessage, response: ServerResponse, pools: UserPools): void {
  const [, poolId = '', document = ''] = /^\/([^/]+)\/\.well-known\/([\w.-]+)$/.exec(request.url ?? '') ?? [];
  const pool = pools.findPool(poolId);
  if (request.method === 'OPTIONS') sendJson(response, 200, {});
  else if (pool !== undefined && document === 'jwks.json') sendJson(response, 200, pool.signer.jwks);
  else if (pool !== undefined && document === 'openid-configuration') sendJson(response, 200, openIdConfiguration(pool.issuer));
  else sendJson(response, 404, { message: 'Not found' });
}

function openIdConfiguration(issuer: string): object {
  return {
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code', 'token'],
    scopes_supported: ['openid', 'email', 'phone', 'profile'],
    subject_types_supported: ['public'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
  };
}
