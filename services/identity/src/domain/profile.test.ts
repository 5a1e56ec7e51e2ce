import { describe, expect, it } from '@jest/globals';
import { userId } from '@torii/contracts';
import { decideProfileChange, decideRegistration, presentProfile } from './profile.ts';

const ID = userId.parse('0193a7d0-0000-7000-8000-000000000001');
const NOW = new Date('2026-05-01T10:00:00.000Z');
const profile = decideRegistration({ userId: ID, email: 'ann@example.org', displayName: ' Ann ', locale: 'en' }, NOW);

describe('decideRegistration', () => {
  it('begins with version 1, which clients do not see', () => {
    expect(profile.version).toBe(1);
    expect(presentProfile(profile)).toEqual({
      id: ID,
      email: 'ann@example.org',
      displayName: 'Ann',
      locale: 'en',
      createdAt: NOW.toISOString(),
    });
  });

  it('takes no blank name, and not more of a name than a profile holds', () => {
    const register = (displayName: string) =>
      decideRegistration({ userId: ID, email: 'a@b.example', displayName, locale: 'en' }, NOW).displayName;
    expect(register('  ')).toBeNull();
    expect(register('x'.repeat(500))).toHaveLength(50);
  });
});

describe('decideProfileChange', () => {
  it('changes what the patch names', () => {
    expect(decideProfileChange(profile, { locale: 'ja' })).toEqual({ ...profile, locale: 'ja', version: 2 });
    expect(decideProfileChange(profile, { displayName: null })?.displayName).toBeNull();
  });

  it('is no change when the patch says what the profile says', () => {
    expect(decideProfileChange(profile, { displayName: 'Ann', locale: 'en' })).toBeUndefined();
  });
});
