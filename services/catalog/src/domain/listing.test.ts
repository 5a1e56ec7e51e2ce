import { describe, expect, it } from '@jest/globals';
import { userId } from '@torii/contracts';
import { decideScopes } from './listing.ts';

const ME = userId.parse('0193a7d0-0000-7000-8000-000000000001');

describe('decideScopes', () => {
  it('takes listed items of everybody and the rest of the viewer', () => {
    expect(decideScopes({}, ME)).toEqual([{ status: 'listed' }, { status: 'draft', ownerId: ME }, { status: 'retired', ownerId: ME }]);
  });

  it('takes only the viewer where the viewer asks for their own', () => {
    expect(decideScopes({ owner: 'me', status: 'listed' }, ME)).toEqual([{ status: 'listed', ownerId: ME }]);
  });

  it('never shows drafts of others', () => {
    expect(decideScopes({ status: 'draft', category: 'Light' }, ME)).toEqual([{ status: 'draft', ownerId: ME, category: 'Light' }]);
  });

  it('takes an empty category for no category', () => {
    expect(decideScopes({ status: 'listed', category: '' }, ME)).toEqual([{ status: 'listed' }]);
  });
});
