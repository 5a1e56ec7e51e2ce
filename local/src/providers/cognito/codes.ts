import { createHmac, randomInt, timingSafeEqual } from 'node:crypto';
import { AwsError } from '../../provider.ts';
import type { CodePurpose, IssuedCode, User } from './store.ts';
import { changeUser, type UserPool, type UserPools } from './user-pools.ts';

// Cognito: a sign-up code is good for 24 hours, a password code for one.
const LIFETIME_MS: Readonly<Record<CodePurpose, number>> = { 'sign-up': 86_400_000, password: 3_600_000 };
const COUNTING_MS = 3_600_000;
// Cognito allows 5 to 20 an hour, by risk; a million codes and five guesses an hour leave a guesser nothing.
const WRONG_PER_HOUR = 5;
const SENT_PER_HOUR = 20;

/** Six digits to the user's inbox; a code sent earlier is void. */
export function sendCode(pools: UserPools, pool: UserPool, user: User, purpose: CodePurpose): object {
  const code = String(randomInt(1_000_000)).padStart(6, '0');
  const now = pools.now();
  const hashHex = hashCode(pool, user.sub, code);
  changeUser(pools, pool.settings.id, user.sub, (current) => {
    const counts = countsOfHour(current.codes[purpose], now);
    if (counts.sent >= SENT_PER_HOUR) throw limitExceeded();
    return withCode(current, purpose, { ...counts, hashHex, expiresAtMs: now + LIFETIME_MS[purpose], sent: counts.sent + 1 });
  });
  const { subject, text } = pool.settings.verificationMail;
  const to = user.attributes['email'] ?? '';
  pools.mail.deliver({ to, subject, text: text.replaceAll('{####}', code).replaceAll('{username}', to), code });
  return codeDelivery(to);
}

/** What Cognito says of a code it sent, or pretends to have sent. */
export function codeDelivery(email: string): object {
  return { CodeDeliveryDetails: { Destination: maskEmail(email), DeliveryMedium: 'EMAIL', AttributeName: 'email' } };
}

/**
 * Uses up a code. The wrong guess is counted before the refusal, so that it counts even when the caller goes away.
 * @throws AwsError ExpiredCodeException, LimitExceededException, CodeMismatchException
 */
export function useCode(
  pools: UserPools,
  pool: UserPool,
  user: User,
  given: { readonly purpose: CodePurpose; readonly code: string },
): void {
  const now = pools.now();
  let refusal: AwsError | undefined;
  changeUser(pools, pool.settings.id, user.sub, (current) => {
    const issued = current.codes[given.purpose];
    if (issued?.hashHex === undefined || issued.expiresAtMs <= now) {
      refusal = expiredCode();
      return current;
    }
    const counts = countsOfHour(issued, now);
    if (counts.attempts >= WRONG_PER_HOUR) {
      refusal = limitExceeded();
      return current;
    }
    if (isSameHash(issued.hashHex, hashCode(pool, user.sub, given.code))) {
      return withCode(current, given.purpose, { ...counts, hashHex: undefined });
    }
    refusal = codeMismatch();
    return withCode(current, given.purpose, { ...counts, attempts: counts.attempts + 1 });
  });
  if (refusal !== undefined) throw refusal;
}

export function expiredCode(): AwsError {
  return new AwsError('ExpiredCodeException', 'Invalid code provided, please request a code again.');
}

export function codeMismatch(): AwsError {
  return new AwsError('CodeMismatchException', 'Invalid verification code provided, please try again.');
}

function limitExceeded(): AwsError {
  return new AwsError('LimitExceededException', 'Attempt limit exceeded, please try after some time.');
}

function withCode(user: User, purpose: CodePurpose, code: IssuedCode): User {
  return { ...user, codes: { ...user.codes, [purpose]: code } };
}

function countsOfHour(issued: IssuedCode | undefined, now: number): IssuedCode {
  if (issued === undefined) return { hashHex: undefined, expiresAtMs: 0, attempts: 0, sent: 0, countedFromMs: now };
  return now - issued.countedFromMs < COUNTING_MS ? issued : { ...issued, attempts: 0, sent: 0, countedFromMs: now };
}

/** Salted by pool and user, so that equal codes do not look equal in the store. */
function hashCode(pool: UserPool, sub: string, code: string): string {
  return createHmac('sha256', `${pool.settings.id}:${sub}`).update(code).digest('hex');
}

function isSameHash(left: string, right: string): boolean {
  return timingSafeEqual(Buffer.from(left, 'hex'), Buffer.from(right, 'hex'));
}

function maskEmail(email: string): string {
  const [local = '', domain = ''] = email.split('@');
  const ending = domain.includes('.') ? domain.slice(domain.lastIndexOf('.')) : '';
  return `${local.slice(0, 1)}***@${domain.slice(0, 1)}***${ending}`;
}
