import { describe, expect, it } from '@jest/globals';
import { clearSessionCookie, readSessionCookie, writeSessionCookie } from './cookies.ts';

const long = 'abcdefghij'.repeat(900);
const plain = { secure: false, cookieHeader: undefined };

/** What a browser would send back. */
function cookieHeaderOf(setCookies: readonly string[]): string {
  return setCookies.map((line) => line.split(';')[0]).join('; ');
}

describe('writeSessionCookie', () => {
  it('splits what no browser would keep in one cookie, and reads it back', () => {
    const lines = writeSessionCookie(long, 60, plain);
    expect(lines).toHaveLength(3);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(4096);
    expect(readSessionCookie({ secure: false, cookieHeader: cookieHeaderOf(lines) })).toBe(long);
  });

  it('hides every piece from scripts and other sites', () => {
    for (const line of writeSessionCookie(long, 60, { ...plain, secure: true })) {
      expect(line).toMatch(/^__Host-torii-session\.\d=/);
      expect(line).toMatch(/; Max-Age=60; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    }
  });

  it('removes the pieces of a longer value before', () => {
    const before = cookieHeaderOf(writeSessionCookie(long, 60, plain));
    const lines = writeSessionCookie('short', 60, { secure: false, cookieHeader: before });
    expect(lines.map((line) => line.split(';').slice(0, 2).join(';'))).toEqual([
      'torii-session.0=1.short; Max-Age=60',
      'torii-session.1=; Max-Age=0',
      'torii-session.2=; Max-Age=0',
    ]);
  });
});

describe('readSessionCookie', () => {
  it('finds nothing when a piece is missing', () => {
    const [first = ''] = writeSessionCookie(long, 60, plain);
    expect(readSessionCookie({ secure: false, cookieHeader: cookieHeaderOf([first]) })).toBeUndefined();
  });

  it('ignores pieces left over from a longer value', () => {
    expect(readSessionCookie({ secure: false, cookieHeader: 'torii-session.0=1.new; torii-session.1=old' })).toBe('new');
  });

  it('does not take a cookie of plain http for one of https', () => {
    expect(readSessionCookie({ secure: true, cookieHeader: 'torii-session.0=1.x' })).toBeUndefined();
  });
});

describe('clearSessionCookie', () => {
  it('removes exactly what the browser has', () => {
    expect(clearSessionCookie({ secure: false, cookieHeader: 'a=b; torii-session.0=1.x' })).toEqual([
      'torii-session.0=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax',
    ]);
  });
});
