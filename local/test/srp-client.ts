// The client's half of Cognito's SRP log-in, written from RFC 5054 and the public clients, apart from the server's half.
import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import {
  type CognitoIdentityProviderClient,
  InitiateAuthCommand,
  type InitiateAuthCommandOutput,
  RespondToAuthChallengeCommand,
} from '@aws-sdk/client-cognito-identity-provider';

// The 3072-bit group of RFC 3526, section 4: 2^3072 - 2^3008 - 1 + 2^64 * (floor(2^2942 * pi) + 1690314).
const N = 2n ** 3072n - 2n ** 3008n - 1n + 2n ** 64n * (piTimesPowerOfTwo(2942n) + 1690314n);
const g = 2n;

export interface SrpLogin {
  readonly poolId: string;
  readonly clientId: string;
  readonly username: string;
  readonly password: string;
}

/** Logs in; the SDK's errors come out as they are. */
export async function signInBySrp(client: CognitoIdentityProviderClient, login: SrpLogin): Promise<InitiateAuthCommandOutput> {
  const a = BigInt(`0x${randomBytes(128).toString('hex')}`);
  const A = modPow(g, a);
  const parameters = { USERNAME: login.username, SRP_A: A.toString(16) };
  const started = await client.send(
    new InitiateAuthCommand({ ClientId: login.clientId, AuthFlow: 'USER_SRP_AUTH', AuthParameters: parameters }),
  );
  const challenge = started.ChallengeParameters ?? {};
  const timestamp = formatTimestamp(new Date());
  const signature = createSignature(login, { a, A, challenge, timestamp });
  return client.send(
    new RespondToAuthChallengeCommand({
      ClientId: login.clientId,
      ChallengeName: 'PASSWORD_VERIFIER',
      ChallengeResponses: {
        USERNAME: challenge['USER_ID_FOR_SRP'] ?? '',
        PASSWORD_CLAIM_SECRET_BLOCK: challenge['SECRET_BLOCK'] ?? '',
        PASSWORD_CLAIM_SIGNATURE: signature,
        TIMESTAMP: timestamp,
      },
    }),
  );
}

interface ClientState {
  readonly a: bigint;
  readonly A: bigint;
  readonly challenge: Readonly<Record<string, string>>;
  readonly timestamp: string;
}

function createSignature(login: SrpLogin, { a, A, challenge, timestamp }: ClientState): string {
  const poolName = login.poolId.split('_')[1] ?? '';
  const userId = challenge['USER_ID_FOR_SRP'] ?? '';
  const B = BigInt(`0x${challenge['SRP_B'] ?? '0'}`);
  const salt = BigInt(`0x${challenge['SALT'] ?? '0'}`);
  const u = hash(bytes(A), bytes(B));
  const x = hash(bytes(salt), createHash('sha256').update(`${poolName}${userId}:${login.password}`).digest());
  const k = hash(bytes(N), bytes(g));
  const S = modPow(mod(B - k * modPow(g, x)), a + u * x);
  const key = Buffer.from(hkdfSync('sha256', bytes(S), bytes(u), 'Caldera Derived Key', 16));
  const secretBlock = Buffer.from(challenge['SECRET_BLOCK'] ?? '', 'base64');
  return createHmac('sha256', key).update(poolName).update(userId).update(secretBlock).update(timestamp).digest('base64');
}

/** `Sat Nov 2 13:45:00 UTC 2030`: day without leading zero, as Cognito wants it. */
function formatTimestamp(date: Date): string {
  const [weekday = '', day = '', month = '', year = '', time = ''] = date.toUTCString().replace(',', '').split(' ');
  return `${weekday} ${month} ${Number(day)} ${time} UTC ${year}`;
}

/** Two's complement, big-endian, as Java's BigInteger writes it. */
function bytes(value: bigint): Buffer {
  const hex = value.toString(16);
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  return Buffer.from(/^[89a-f]/i.test(even) ? `00${even}` : even, 'hex');
}

function hash(...parts: readonly Buffer[]): bigint {
  return BigInt(`0x${createHash('sha256').update(Buffer.concat(parts)).digest('hex')}`);
}

function mod(value: bigint): bigint {
  return ((value % N) + N) % N;
}

function modPow(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = mod(base), rest = exponent; rest > 0n; rest >>= 1n, square = mod(square * square)) {
    if (rest & 1n) result = mod(result * square);
  }
  return result;
}

/** floor(2^bits * pi) by Machin's formula: the prime of the group is checked against its definition, not against a copy. */
function piTimesPowerOfTwo(bits: bigint): bigint {
  const guard = 64n;
  const unit = 1n << (bits + guard);
  const arctanOfInverse = (inverse: bigint): bigint => {
    let sum = 0n;
    let power = unit / inverse;
    for (let odd = 1n; power > 0n; odd += 2n, power /= inverse * inverse) sum += odd % 4n === 1n ? power / odd : -(power / odd);
    return sum;
  };
  return (4n * (4n * arctanOfInverse(5n) - arctanOfInverse(239n))) >> guard;
}
