import { describe, expect, it } from '@jest/globals';
import type { Session } from '../domain/session.ts';
import { createSeal } from './seal.ts';

const NOW_MS = 1_800_000_000_000;
const session: Session = {
  id: 's1',
  user: { id: 'u1', email: 'ann@example.com' },
  accessToken: 'access',
  refreshToken: 'refresh',
  accessTokenExpiresAtMs: NOW_MS + 60_000,
  endsAtMs: NOW_MS + 3_600_000,
};

describe('createSeal', () => {
  const seal = createSeal(['a'.repeat(64)], () => NOW_MS);

  it('opens what it sealed', async () => {
    expect(await seal.open(await seal.seal(session))).toEqual(session);
  });

  it('shows nothing of the session', async () => {
    const text = await seal.seal(session);
    expect(Buffer.from(text, 'base64url').toString('latin1') + text).not.toMatch(/refresh|ann@/);
  });

  it('opens nothing sealed with another secret', async () => {
    expect(await createSeal(['b'.repeat(64)], () => NOW_MS).open(await seal.seal(session))).toBeUndefined();
  });

  it('opens what an older secret sealed, and seals with the first', async () => {
    const changed = createSeal(['b'.repeat(64), 'a'.repeat(64)], () => NOW_MS);
    expect(await changed.open(await seal.seal(session))).toEqual(session);
    expect(await seal.open(await changed.seal(session))).toBeUndefined();
    expect(await createSeal(['b'.repeat(64)], () => NOW_MS).open(await changed.seal(session))).toEqual(session);
  });

  it('opens nothing that was changed', async () => {
    const text = await seal.seal(session);
    const at = text.length - 30;
    const changed = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
    expect(await seal.open(changed)).toBeUndefined();
    expect(await seal.open('nonsense')).toBeUndefined();
  });

  it('opens no session that has ended', async () => {
    const later = createSeal(['a'.repeat(64)], () => session.endsAtMs + 1_000);
    expect(await later.open(await seal.seal(session))).toBeUndefined();
  });
});
