import { describe, expect, it } from '@jest/globals';
import { parseMessage } from './parse-message.ts';

const good = {
  specversion: '1.0',
  id: 'm-1',
  source: '/torii/identity',
  type: 'identity.user.deleted.v1',
  subject: 'u',
  time: '2026-01-01T00:00:00Z',
  datacontenttype: 'application/json',
  data: { userId: '0190a1b2-0000-7000-8000-000000000001', deletedAt: '2026-01-01T00:00:00Z' },
};
const parse = (change: object | string) =>
  parseMessage(typeof change === 'string' ? change : JSON.stringify({ ...good, ...change }), (type) => type.includes('user'));

describe('parseMessage', () => {
  it('gives a typed message', () => {
    expect(parse({})).toEqual({ message: good });
  });

  it.each([
    ['not-json', 'x'],
    ['not-json', ''],
    ['not-an-envelope', { id: undefined }],
    ['unknown-type', { type: 'identity.user.eaten.v1' }],
    ['not-for-this-consumer', { type: 'catalog.item.deleted.v1' }],
    ['invalid-data', { data: { userId: 'ada@example.com' } }],
  ])('says %s', (reason, change) => {
    const parsed = parse(change);
    expect(parsed).toMatchObject({ invalid: { reason } });
    expect(JSON.stringify(parsed)).not.toContain('ada@example.com');
  });
});
