import { randomUUID } from 'node:crypto';
import { AwsError } from '../../provider.ts';
import { invalidParameter } from './input.ts';
import { assertPassword, hashPassword, type PasswordHash } from './passwords.ts';
import { isKnownAttribute, type PoolSettings } from './pool-settings.ts';
import { createSrpVerifier, type SrpUser, type SrpVerifier } from './srp.ts';
import type { User, UserStatus } from './store.ts';
import type { UserPool } from './user-pools.ts';

export type Attributes = Readonly<Record<string, string>>;

/** A user that is not in the store yet. */
export function createUser(attributes: Attributes, status: UserStatus, nowMs: number): User {
  return {
    sub: createSub(),
    attributes,
    status,
    enabled: true,
    password: undefined,
    srp: undefined,
    temporaryPasswordExpiresAtMs: undefined,
    codes: {},
    failedSignIns: { count: 0, lockedUntilMs: 0 },
    groups: [],
    createdAtMs: nowMs,
    modifiedAtMs: nowMs,
  };
}

/** As Cognito makes them: of a variant that RFC 9562 leaves to others (https://github.com/uuidjs/uuid/issues/936). */
function createSub(): string {
  return randomUUID().replace(/^(.{14}).(.{4})./, '$17$2d');
}

/** Hashes a password that conforms to the pool's policy. @throws AwsError InvalidPasswordException */
export async function createCredentials(
  pool: UserPool,
  sub: string,
  password: string,
): Promise<{ readonly password: PasswordHash; readonly srp: SrpVerifier }> {
  assertPassword(pool.settings.passwordPolicy, password);
  return { password: await hashPassword(password), srp: createSrpVerifier(srpUser(pool, sub), password) };
}

export function srpUser(pool: UserPool, userId: string): SrpUser {
  return { poolName: pool.settings.id.split('_')[1] ?? '', userId };
}

/** The e-mail address a user name is, trimmed of nothing: Cognito refuses spaces. @throws AwsError InvalidParameterException */
export function parseEmail(text: string): string {
  // Cognito's own check is as shallow; 128 characters is the limit of a user name.
  if (text.length > 128 || !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)) throw invalidParameter('Username should be an email.');
  return text;
}

/** @throws AwsError InvalidParameterException naming the attribute the schema does not have */
export function assertAttributes(settings: PoolSettings, attributes: Attributes): void {
  const unknown = Object.keys(attributes).find((name) => !isKnownAttribute(settings, name));
  if (unknown !== undefined) {
    throw invalidParameter(`Attributes did not conform to the schema: ${unknown}: Attribute does not exist in the schema.`);
  }
}

/** @throws AwsError InvalidParameterException naming the attribute that is missing */
export function assertRequiredAttributes(settings: PoolSettings, attributes: Attributes): void {
  const missing = settings.requiredAttributes.find((name) => name !== 'sub' && attributes[name] === undefined);
  if (missing !== undefined) throw invalidParameter(`Attributes did not conform to the schema: ${missing}: The attribute is required`);
}

export function usernameExists(): AwsError {
  return new AwsError('UsernameExistsException', 'An account with the given email already exists.');
}

export function listAttributes(user: User): readonly { readonly Name: string; readonly Value: string }[] {
  return Object.entries({ sub: user.sub, ...user.attributes }).map(([Name, Value]) => ({ Name, Value }));
}

/** A user as the administrative operations show it; times are seconds, as the JSON protocol has them. */
export function describeUser(user: User): object {
  return {
    Username: user.sub,
    Enabled: user.enabled,
    UserStatus: user.status,
    UserCreateDate: user.createdAtMs / 1000,
    UserLastModifiedDate: user.modifiedAtMs / 1000,
  };
}
