import { hkdfSync } from 'node:crypto';
import { EncryptJWT, errors, jwtDecrypt } from 'jose';
import { z } from 'zod';
import type { Session } from '../domain/session.ts';

const KEY_BYTES = 32;
/** Ties the key to this one use of the secret; a change of the session's shape gets a new number. */
const KEY_PURPOSE = 'torii session cookie 1';

const sessionPayload = z.object({
  id: z.string(),
  user: z.object({ id: z.string(), email: z.string() }),
  accessToken: z.string(),
  refreshToken: z.string(),
  accessTokenExpiresAtMs: z.number(),
  endsAtMs: z.number(),
});

export interface Seal {
  seal(session: Session): Promise<string>;
  /** Undefined for what was sealed with none of the secrets, was tampered with or has ended. */
  open(text: string): Promise<Session | undefined>;
}

/**
 * Encrypts sessions so that only the holder of the secret can read or make one (JWE, AES-256-GCM under a derived key). The first secret
 * seals, all of them open: tasks that do not know of a change yet, and cookies that are older than it, go on.
 */
export function createSeal(secrets: readonly string[], now: () => number): Seal {
  const keys = secrets.map((secret) => new Uint8Array(hkdfSync('sha256', secret, '', KEY_PURPOSE, KEY_BYTES)));
  const [sealingKey] = keys;
  if (!sealingKey) throw new Error('Sessions cannot be sealed: there is no secret.');
  return {
    seal: (session) =>
      new EncryptJWT({ session })
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .setExpirationTime(Math.floor(session.endsAtMs / 1000))
        .encrypt(sealingKey),
    open: async (text) => {
      for (const key of keys) {
        const session = await open(text, key, now());
        if (session) return session;
      }
      return undefined;
    },
  };
}

async function open(text: string, key: Uint8Array, nowMs: number): Promise<Session | undefined> {
  try {
    const options = { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'], currentDate: new Date(nowMs) };
    const { payload } = await jwtDecrypt(text, key, options);
    return sessionPayload.safeParse(payload['session']).data;
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined;
    throw error;
  }
}
