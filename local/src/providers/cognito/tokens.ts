import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';

export type Claims = Readonly<Record<string, unknown>>;

/** Signs and checks the tokens of one pool with that pool's own key. */
export interface TokenSigner {
  sign(claims: Claims): string;
  /** Claims of a token with this key's signature and this issuer, expired or not; undefined for anything else. */
  read(token: string): Claims | undefined;
  readonly jwks: { readonly keys: readonly JsonWebKey[] };
}

export function generateSigningKey(): string {
  return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

export function createTokenSigner(pem: string, issuer: string): TokenSigner {
  const privateKey = createPrivateKey(pem);
  const publicKey = createPublicKey(privateKey);
  const jwk = publicKey.export({ format: 'jwk' });
  const kid = createHash('sha256').update(String(jwk.n)).digest('base64');
  const header = encodePart({ kid, alg: 'RS256' });
  return {
    jwks: { keys: [{ ...jwk, kid, alg: 'RS256', use: 'sig' }] },
    sign(claims) {
      const content = `${header}.${encodePart({ ...claims, iss: issuer })}`;
      return `${content}.${sign('sha256', Buffer.from(content), privateKey).toString('base64url')}`;
    },
    read(token) {
      const claims = readSigned(token, publicKey, header);
      return claims?.['iss'] === issuer ? claims : undefined;
    },
  };
}

/** The header must be ours to the letter: no other algorithm or key is ever tried. */
function readSigned(token: string, publicKey: KeyObject, header: string): Claims | undefined {
  const [head, payload, signature, ...rest] = token.split('.');
  if (head !== header || payload === undefined || signature === undefined || rest.length > 0) return undefined;
  if (!verify('sha256', Buffer.from(`${head}.${payload}`), publicKey, Buffer.from(signature, 'base64url'))) return undefined;
  return parseClaims(payload);
}

/** Claims of a payload nobody has vouched for. */
export function parseClaims(payload: string): Claims | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null ? (claims as Claims) : undefined;
  } catch {
    return undefined;
  }
}

export function isExpired(claims: Claims, nowMs: number): boolean {
  return Number(claims['exp']) * 1000 <= nowMs;
}

function encodePart(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
