import { describe, expect, it } from '@jest/globals';
import type { Claim } from './claim-check.ts';
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
const parse = (change: object | string, claim: Claim = { data: good.data }) =>
  parseMessage(typeof change === 'string' ? change : JSON.stringify({ ...good, ...change }), {
    isHandled: (type) => type === 'identity.user.deleted.v1' || type === 'catalog.item.changed.v2',
    redeem: async () => claim,
  });
const CLAIM = { data: undefined, dataref: 's3://messages/claims/identity/2026-01-01/m-1.json' };

describe('parseMessage', () => {
  it('gives a typed message', async () => {
    expect(await parse({})).toEqual({ message: good });
  });

  it.each([
    ['not-json', 'x'],
    ['not-json', ''],
    ['not-an-envelope', { id: undefined }],
    ['not-an-envelope', { id: 'Grüße-1' }],
    ['not-an-envelope', { id: 'm-1 ' }],
    ['unknown-type', { type: 'identity.user.eaten.v1' }],
    ['unknown-version', { type: 'identity.user.deleted.v9' }],
    ['not-for-this-consumer', { type: 'catalog.item.deleted.v1' }],
    ['invalid-data', { data: { userId: 'ada@example.com' } }],
    ['invalid-data', { data: undefined }],
  ])('says %s', async (reason, change) => {
    const parsed = await parse(change);
    expect(parsed).toMatchObject({ invalid: { reason } });
    expect(JSON.stringify(parsed)).not.toContain('ada@example.com');
  });

  it('fetches the data of a message with a claim, and checks it like any other', async () => {
    expect(await parse(CLAIM)).toMatchObject({ message: { id: 'm-1', data: good.data } });
    expect(await parse(CLAIM, { data: {} })).toMatchObject({ invalid: { reason: 'invalid-data' } });
    expect(await parse(CLAIM, { invalid: { reason: 'claim-missing', error: 'It is gone.' } })).toEqual({
      invalid: { reason: 'claim-missing', error: 'It is gone.', type: good.type, id: 'm-1' },
    });
  });

  it('makes an older version the one that is handled', async () => {
    const [itemId, ownerId] = ['0190a1b2-0000-7000-8000-000000000002', good.data.userId];
    const item = {
      itemId,
      ownerId,
      sku: 'A',
      name: 'Lamp',
      description: null,
      category: null,
      price: null,
      status: 'draft',
      attributes: {},
    };
    const data = { ...item, version: 2, changedFields: ['name'] };
    expect(await parse({ type: 'catalog.item.changed.v1', data })).toMatchObject({
      message: { type: 'catalog.item.changed.v2', data: { ...data, createdAt: null, updatedAt: good.time } },
    });
  });
});
