// A mobile app as far as the platform can tell: Cognito by the AWS SDK, everything else by the API with the access token.
import {
  CognitoIdentityProviderClient,
  ConfirmSignUpCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  SignUpCommand,
  type AuthenticationResultType,
} from '@aws-sdk/client-cognito-identity-provider';
import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import type { PlatformFile } from './platform.ts';
import { createSession, signSession } from './srp.ts';

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

export interface Tokens {
  readonly accessToken: string;
  readonly idToken: string;
  readonly refreshToken: string;
}

/** An answer of the API; `body` is undefined when it is empty. */
export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

interface CallOptions {
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export type MobileClient = ReturnType<typeof createMobileClient>;

export function createMobileClient(platform: PlatformFile) {
  const httpsAgent = new Agent({ ca: readFileSync(platform.caFile), keepAlive: false });
  const cognito = new CognitoIdentityProviderClient({
    region: platform.region,
    endpoint: platform.endpoints.cognito,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    requestHandler: { httpsAgent },
  });
  const ClientId = platform.userPoolClientId;

  return {
    async signUp({ email, password }: Credentials): Promise<void> {
      await cognito.send(
        new SignUpCommand({ ClientId, Username: email, Password: password, UserAttributes: [{ Name: 'email', Value: email }] }),
      );
    },
    async confirm(email: string, code: string): Promise<void> {
      await cognito.send(new ConfirmSignUpCommand({ ClientId, Username: email, ConfirmationCode: code }));
    },
    async logIn({ email, password }: Credentials): Promise<Tokens> {
      const command = new InitiateAuthCommand({
        ClientId,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: email, PASSWORD: password },
      });
      return parseTokens((await cognito.send(command)).AuthenticationResult);
    },
    async logInBySrp({ email, password }: Credentials): Promise<Tokens> {
      const session = await createSession(email, password, platform.userPoolId, false);
      const AuthParameters = { USERNAME: email, SRP_A: session.largeA };
      const { ChallengeParameters = {} } = await cognito.send(
        new InitiateAuthCommand({ ClientId, AuthFlow: 'USER_SRP_AUTH', AuthParameters }),
      );
      const signed = await signSession(session, { ChallengeParameters });
      const ChallengeResponses = {
        USERNAME: ChallengeParameters['USER_ID_FOR_SRP'] ?? email,
        PASSWORD_CLAIM_SECRET_BLOCK: signed.secret,
        PASSWORD_CLAIM_SIGNATURE: signed.passwordSignature,
        TIMESTAMP: signed.timestamp,
      };
      const answer = { ClientId, ChallengeName: 'PASSWORD_VERIFIER' as const, ChallengeResponses };
      return parseTokens((await cognito.send(new RespondToAuthChallengeCommand(answer))).AuthenticationResult);
    },
    /** Calls `<api><path>`, for example `/catalog/items`. */
    call: <Body>(method: string, path: string, options: CallOptions = {}): Promise<Answer<Body>> =>
      callApi<Body>(`${platform.api}${path}`, method, options),
    close(): void {
      cognito.destroy();
      httpsAgent.destroy();
    },
  };
}

async function callApi<Body>(url: string, method: string, options: CallOptions): Promise<Answer<Body>> {
  const headers = new Headers(options.headers);
  if (options.token !== undefined) headers.set('authorization', `Bearer ${options.token}`);
  const hasBody = options.body !== undefined;
  if (hasBody && !headers.has('content-type')) headers.set('content-type', 'application/json');
  const raw = typeof options.body === 'string' ? options.body : JSON.stringify(options.body);
  const response = await fetch(url, { method, headers, signal: AbortSignal.timeout(30_000), ...(hasBody && { body: raw }) });
  return { status: response.status, headers: response.headers, body: parseBody<Body>(await response.text()) };
}

/** The load balancer's own answers are HTML: such a text is returned as it is. */
function parseBody<Body>(text: string): Body {
  return (text === '' ? undefined : text.startsWith('<') ? text : JSON.parse(text)) as Body;
}

function parseTokens(result: AuthenticationResultType | undefined): Tokens {
  if (result?.AccessToken === undefined || result.IdToken === undefined || result.RefreshToken === undefined)
    throw new Error('Cognito answered the log-in without tokens');
  return { accessToken: result.AccessToken, idToken: result.IdToken, refreshToken: result.RefreshToken };
}

/** The newest code mailed to `address`. @throws Error when none arrives within ten seconds. */
export async function readCode(platform: PlatformFile, address: string): Promise<string> {
  const url = `${platform.mail}?to=${encodeURIComponent(address)}`;
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await delay(100)) {
    const response = await fetch(url, { headers: { accept: 'application/json' } });
    const { messages } = (await response.json()) as { messages: { code: string | null }[] };
    const code = messages[0]?.code;
    if (typeof code === 'string') return code;
  }
  throw new Error(`No code was mailed to ${address} within ten seconds`);
}
