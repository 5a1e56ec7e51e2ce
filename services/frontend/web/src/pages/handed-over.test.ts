import { describe, expect, it } from '@jest/globals';
import { parseHandedOver, parseNext } from './handed-over.ts';

describe('parseNext', () => {
  it('takes an address of this app', () => {
    expect(parseNext('?next=%2Fjobs%2F1%3Fa%3Db')).toBe('/jobs/1?a=b');
  });

  it.each([
    '?next=https://evil.example',
    '?next=//evil.example',
    '?next=/%5Cevil.example',
    '?next=/%09/evil.example',
    '?next=/.//evil.example',
    '?next=javascript:alert(1)',
    '',
  ])('goes home for %s', (search) => {
    expect(parseNext(search)).toBe('/');
  });
});

describe('parseHandedOver', () => {
  it('ignores what is not a text', () => {
    expect(parseHandedOver({ email: 7, notice: 'x' })).toEqual({ email: '', notice: undefined });
  });
});
