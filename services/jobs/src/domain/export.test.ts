import { describe, expect, it } from '@jest/globals';
import { userId } from '@torii/contracts';
import { decideScopes, exportKey, exportPrefix, nightlyExportKey } from './export.ts';

const ME = userId.parse('0199a1b2-0000-7000-8000-000000000002');

describe('decideScopes', () => {
  it('gives what a person sees: listed items of everybody, and their own', () => {
    expect(decideScopes({}, ME)).toEqual([{ status: 'listed' }, { status: 'draft', ownerId: ME }, { status: 'retired', ownerId: ME }]);
  });

  it('narrows by owner, status and category; an empty category is every one', () => {
    expect(decideScopes({ owner: 'me', status: 'listed' }, ME)).toEqual([{ status: 'listed', ownerId: ME }]);
    expect(decideScopes({ status: 'draft', category: 'books' }, ME)).toEqual([{ status: 'draft', ownerId: ME, category: 'books' }]);
    expect(decideScopes({ status: 'listed', category: '' }, ME)).toEqual([{ status: 'listed' }]);
  });

  it('gives nobody in particular listed items only', () => {
    expect(decideScopes({ owner: 'me' }, null)).toEqual([{ status: 'listed' }]);
    expect(decideScopes({ status: 'draft' }, null)).toEqual([]);
  });
});

describe('the key of an export', () => {
  it('is one of the job and the attempt, or of the day and the job', () => {
    expect(exportKey('j', 2, 'csv')).toBe('exports/j-2.csv');
    expect(exportKey('j', 2, 'csv').startsWith(exportPrefix('j'))).toBe(true);
    expect(nightlyExportKey('2026-05-03T03:00:00Z', 'j', 'ndjson')).toBe('exports/nightly/2026-05-03-j.ndjson');
  });
});
