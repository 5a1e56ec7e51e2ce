import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';

// Secure Remote Password (RFC 5054) as Cognito speaks it: the 3072-bit group of RFC 3526, SHA-256, numbers hashed as the shortest
// even-length hex with a leading 00 when the top bit is set, and a session key by HKDF with the info "Caldera Derived Key".

const PRIME_HEX =
  'FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437' +
  '4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF05' +
  '98DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B' +
  'E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33' +
  'A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864' +
  'D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF';

export const PRIME = BigInt(`0x${PRIME_HEX}`);
export const GENERATOR = 2n;
export const MULTIPLIER = hashToNumber(hexBytes(`00${PRIME_HEX}02`));

/** What the server keeps of a password for SRP. Like the hash beside it, it does not give the password back. */
export interface SrpVerifier {
  readonly saltHex: string;
  readonly verifierHex: string;
}

/** The server's half of one log-in; lives in memory for a few minutes. */
export interface SrpExchange {
  readonly verifierHex: string;
  readonly clientPublic: bigint;
  readonly serverPublic: bigint;
  readonly serverSecret: bigint;
}

export interface SrpUser {
  /** The part of the pool id after the underscore. */
  readonly poolName: string;
  readonly userId: string;
}

export function createSrpVerifier(user: SrpUser, password: string): SrpVerifier {
  const saltHex = padHex(randomBytes(16).toString('hex'));
  const verifier = power(GENERATOR, privateKey(user, password, saltHex));
  return { saltHex, verifierHex: verifier.toString(16) };
}

/** x = H(salt, H(pool name, user id, ":", password)). */
export function privateKey(user: SrpUser, password: string, saltHex: string): bigint {
  const identity = sha256(Buffer.from(`${user.poolName}${user.userId}:${password}`));
  return hashToNumber(Buffer.concat([hexBytes(padHex(saltHex)), identity]));
}

/** Undefined when the client's public value would make the secret predictable (A mod N = 0). */
export function beginSrpExchange(verifierHex: string, clientPublicHex: string): SrpExchange | undefined {
  if (!/^[0-9a-f]{1,1024}$/i.test(clientPublicHex)) return undefined;
  const clientPublic = BigInt(`0x${clientPublicHex}`);
  if (clientPublic % PRIME === 0n) return undefined;
  // RFC 5054 asks for at least 256 bits.
  const serverSecret = BigInt(`0x${randomBytes(32).toString('hex')}`);
  const serverPublic = (MULTIPLIER * BigInt(`0x${verifierHex}`) + power(GENERATOR, serverSecret)) % PRIME;
  return { verifierHex, clientPublic, serverPublic, serverSecret };
}

/** Whether the client proved, for this secret block and time, that it knows the password behind the verifier. */
export function isSrpProof(
  exchange: SrpExchange,
  user: SrpUser,
  proof: { readonly secretBlock: string; readonly timestamp: string; readonly signature: string },
): boolean {
  const scramble = scrambling(exchange.clientPublic, exchange.serverPublic);
  const base = exchange.clientPublic * power(BigInt(`0x${exchange.verifierHex}`), scramble);
  const key = sessionKey(power(base, exchange.serverSecret), scramble);
  const expected = proofSignature(key, user, proof);
  const given = Buffer.from(proof.signature, 'base64');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/** u = H(A, B). */
export function scrambling(clientPublic: bigint, serverPublic: bigint): bigint {
  return hashToNumber(Buffer.concat([numberBytes(clientPublic), numberBytes(serverPublic)]));
}

export function sessionKey(secret: bigint, scramble: bigint): Buffer {
  return Buffer.from(hkdfSync('sha256', numberBytes(secret), numberBytes(scramble), 'Caldera Derived Key', 16));
}

export function proofSignature(key: Buffer, user: SrpUser, proof: { readonly secretBlock: string; readonly timestamp: string }): Buffer {
  return createHmac('sha256', key)
    .update(user.poolName)
    .update(user.userId)
    .update(Buffer.from(proof.secretBlock, 'base64'))
    .update(proof.timestamp)
    .digest();
}

/** base^exponent mod N by squaring: a few milliseconds for 256-bit exponents. */
export function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base % PRIME;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % PRIME;
    square = (square * square) % PRIME;
  }
  return result;
}

export function padHex(hex: string): string {
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  return parseInt(even.slice(0, 2), 16) >= 0x80 ? `00${even}` : even;
}

function numberBytes(number: bigint): Buffer {
  return hexBytes(padHex(number.toString(16)));
}

function hashToNumber(bytes: Buffer): bigint {
  return BigInt(`0x${sha256(bytes).toString('hex')}`);
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function hexBytes(hex: string): Buffer {
  return Buffer.from(hex, 'hex');
}
