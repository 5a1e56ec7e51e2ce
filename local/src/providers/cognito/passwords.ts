import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { AwsError } from '../../provider.ts';
import type { PasswordPolicy } from './pool-settings.ts';

/** A password as it is stored: scrypt's output, never the password. */
export interface PasswordHash {
  readonly saltHex: string;
  readonly hashHex: string;
  /** scrypt's cost N, kept so that it can be raised without locking anyone out. */
  readonly cost: number;
}

// 2^14 is Node's default: 16 MiB and about 30 ms, enough for a laptop's store and quick enough for its log-ins.
const SCRYPT_COST = 16_384;
const HASH_BYTES = 32;
const LONGEST_PASSWORD = 256;
// Cognito's own list; the space counts too.
const SYMBOL = /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+\- ]/;

/** @throws AwsError InvalidPasswordException with Cognito's wording. */
export function assertPassword(policy: PasswordPolicy, password: string): void {
  const fault = findPasswordFault(policy, password);
  if (fault !== undefined) throw new AwsError('InvalidPasswordException', `Password did not conform with policy: ${fault}`);
}

function findPasswordFault(policy: PasswordPolicy, password: string): string | undefined {
  const rules: readonly (readonly [boolean, string])[] = [
    [password.length < policy.minimumLength, 'Password not long enough'],
    [password.length > LONGEST_PASSWORD, 'Password too long'],
    [password !== password.trim(), 'Password must not begin or end with a space'],
    [policy.requiresLowercase && !/\p{Ll}/u.test(password), 'Password must have lowercase characters'],
    [policy.requiresUppercase && !/\p{Lu}/u.test(password), 'Password must have uppercase characters'],
    [policy.requiresNumbers && !/\d/.test(password), 'Password must have numeric characters'],
    [policy.requiresSymbols && !SYMBOL.test(password), 'Password must have symbol characters'],
  ];
  return rules.find(([broken]) => broken)?.[1];
}

export async function hashPassword(password: string): Promise<PasswordHash> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, SCRYPT_COST);
  return { saltHex: salt.toString('hex'), hashHex: hash.toString('hex'), cost: SCRYPT_COST };
}

/** Takes as long for an absent hash as for a wrong password, so that timing does not tell who exists. */
export async function isPassword(stored: PasswordHash | undefined, password: string): Promise<boolean> {
  const salt = Buffer.from(stored?.saltHex ?? '00'.repeat(16), 'hex');
  const hash = await derive(password, salt, stored?.cost ?? SCRYPT_COST);
  return stored !== undefined && timingSafeEqual(hash, Buffer.from(stored.hashHex, 'hex'));
}

function derive(password: string, salt: Buffer, cost: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, HASH_BYTES, { N: cost }, (error, hash) => (error ? reject(error) : resolve(hash)));
  });
}
