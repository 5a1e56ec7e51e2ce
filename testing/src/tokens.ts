import { randomUUID } from 'node:crypto';
import { type CryptoKey, SignJWT, exportJWK, generateKeyPair } from 'jose';

/** What differs from a good access token. */
export interface TokenOverrides {
  /** The token's `sub`. @default a new one, as Cognito makes them */
  readonly userId?: string;
  readonly issuer?: string;
  readonly clientId?: string;
  /** `id` for an id token. */
  readonly tokenUse?: string;
  /** Seconds from now; negative: expired. @default 3600 */
  readonly expiresInSeconds?: number;
  /** Names a key that the issuer does not have. */
  readonly keyId?: string;
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** An issuer of access tokens, such as a Cognito user pool. */
export interface TestTokens {
  readonly issuer: string;
  readonly clientId: string;
  /** Settings of a service, as its config holds them. */
  readonly tokenConfig: { readonly tokenIssuer: string; readonly tokenClientIds: string[] };
  /** Pass it to `createTokenVerifier` so that no keys are fetched. */
  readonly jwks: { keys: { kty: string; kid: string; use: string; alg: string }[] };
  sign(overrides?: TokenOverrides): Promise<string>;
  /** A good token, its signature changed. */
  signTampered(overrides?: TokenOverrides): Promise<string>;
  /** A good token, signed by somebody else's key of the same id. */
  signForged(overrides?: TokenOverrides): Promise<string>;
}

const KEY_ID = 'test-key';
/** Long, as Cognito's tokens live an hour. */
const DEFAULT_EXPIRES_IN_SECONDS = 3_600;

export async function createTestTokens(): Promise<TestTokens> {
  const issuer = 'https://localhost/eu-west-1_test';
  const clientId = 'test-client';
  const own = await generateKeyPair('RS256');
  const foreign = await generateKeyPair('RS256');
  const publicKey = await exportJWK(own.publicKey);
  const sign = (key: CryptoKey, overrides: TokenOverrides): Promise<string> => {
    const nowSeconds = Math.floor(Date.now() / 1000);
    const expiresAt = nowSeconds + (overrides.expiresInSeconds ?? DEFAULT_EXPIRES_IN_SECONDS);
    return new SignJWT({
      token_use: overrides.tokenUse ?? 'access',
      client_id: overrides.clientId ?? clientId,
      scope: 'aws.cognito.signin.user.admin',
      jti: randomUUID(),
      ...overrides.claims,
    })
      .setProtectedHeader({ alg: 'RS256', kid: overrides.keyId ?? KEY_ID })
      .setSubject(overrides.userId ?? createSub())
      .setIssuer(overrides.issuer ?? issuer)
      .setIssuedAt(Math.min(nowSeconds, expiresAt - 1))
      .setExpirationTime(expiresAt)
      .sign(key);
  };
  return {
    issuer,
    clientId,
    tokenConfig: { tokenIssuer: issuer, tokenClientIds: [clientId] },
    jwks: { keys: [{ ...publicKey, kty: 'RSA', kid: KEY_ID, use: 'sig', alg: 'RS256' }] },
    sign: (overrides = {}) => sign(own.privateKey, overrides),
    signTampered: async (overrides = {}) => tamper(await sign(own.privateKey, overrides)),
    signForged: (overrides = {}) => sign(foreign.privateKey, overrides),
  };
}

/** As Cognito makes them: a UUID in form, of a variant that strict checks refuse (https://github.com/uuidjs/uuid/issues/936). */
function createSub(): string {
  return randomUUID().replace(/^(.{14}).(.{4})./, '$17$2d');
}

/** Changes a character in the middle of the signature: the last one holds unused bits. */
function tamper(token: string): string {
  const at = token.lastIndexOf('.') + 20;
  return `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
}
