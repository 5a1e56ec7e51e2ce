import { firstHeader, type EdgeRequest } from '../../edge/exchange.ts';
import type { Properties, TokenAuthority } from '../../provider.ts';
import { numberOf, textOf, textsOf } from '../../read-value.ts';
import { GatewayFault } from './gateway-responses.ts';

export type Claims = Readonly<Record<string, unknown>>;

/** Claims of the caller's token. @throws GatewayFault UNAUTHORIZED */
export type Authorizer = (request: EdgeRequest, scopes: readonly string[], nowMs: number) => Promise<Claims>;

// API Gateway's default for how long it trusts an answer.
const DEFAULT_TTL_SECONDS = 300;
// Enough for every user of a load test; beyond it the oldest answers are asked for again.
const CACHE_CAPACITY = 10_000;

interface CachedClaims {
  readonly claims: Claims;
  readonly untilMs: number;
}

/** A Cognito authorizer: access tokens for methods with scopes, id tokens for methods without. */
export function createAuthorizer(properties: Properties, tokens: TokenAuthority): Authorizer {
  const type = textOf(properties['Type']);
  if (type !== 'COGNITO_USER_POOLS') throw new Error(`An authorizer of type ${type ?? 'unknown'} is not supported`);
  const poolArns = textsOf(properties['ProviderARNs']);
  const header = (textOf(properties['IdentitySource']) ?? 'method.request.header.Authorization')
    .replace(/^method\.request\.header\./, '')
    .toLowerCase();
  const ttlMs = (numberOf(properties['AuthorizerResultTtlInSeconds']) ?? DEFAULT_TTL_SECONDS) * 1000;
  const cache = new Map<string, CachedClaims>();
  return async (request, scopes, nowMs) => {
    const token = readToken(firstHeader(request.headers, header));
    if (token === undefined) throw new GatewayFault('UNAUTHORIZED');
    const cached = cache.get(token);
    const claims = cached !== undefined && cached.untilMs > nowMs ? cached.claims : await verify(tokens, poolArns, token);
    if (claims === undefined) throw refuse(token, nowMs);
    if (cached?.claims !== claims) remember(cache, token, { claims, untilMs: Math.min(nowMs + ttlMs, Number(claims['exp']) * 1000) });
    if (!isWanted(claims, scopes)) throw new GatewayFault('UNAUTHORIZED');
    return claims;
  };
}

async function verify(tokens: TokenAuthority, poolArns: readonly string[], token: string): Promise<Claims | undefined> {
  for (const arn of poolArns) {
    const claims = await tokens.verify(arn, token);
    if (claims !== undefined) return claims;
  }
  return undefined;
}

/** The scheme is optional: Cognito authorizers take the bare token too. */
function readToken(header: string | undefined): string | undefined {
  const token = header?.replace(/^Bearer\s+/i, '').trim();
  return token === undefined || token === '' ? undefined : token;
}

function isWanted(claims: Claims, scopes: readonly string[]): boolean {
  if (scopes.length === 0) return claims['token_use'] === 'id';
  const granted = new Set(String(claims['scope'] ?? '').split(' '));
  return claims['token_use'] === 'access' && scopes.some((scope) => granted.has(scope));
}

/** Says "expired" without having checked the signature: the caller learns nothing it did not write itself. */
function refuse(token: string, nowMs: number): GatewayFault {
  const claims = parseUnverified(token);
  const expired = Number(claims?.exp) * 1000 <= nowMs;
  return expired ? new GatewayFault('UNAUTHORIZED', 'The incoming token has expired') : new GatewayFault('UNAUTHORIZED');
}

function parseUnverified(token: string): { readonly exp?: unknown } | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null ? claims : undefined;
  } catch {
    return undefined;
  }
}

function remember(cache: Map<string, CachedClaims>, token: string, entry: CachedClaims): void {
  cache.delete(token);
  const [oldest] = cache.keys();
  if (cache.size >= CACHE_CAPACITY && oldest !== undefined) cache.delete(oldest);
  cache.set(token, entry);
}
