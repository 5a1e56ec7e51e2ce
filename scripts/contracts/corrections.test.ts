import { describe, expect, it } from '@jest/globals';
import { acceptCorrections, type Correction } from './corrections.ts';
import { listContracts } from './contract.ts';
import { compareContracts } from './compare-contracts.ts';
import type { Finding } from './finding.ts';

const correction: Correction = {
  name: 'canary.song.sung.v1',
  rule: 'constraint-added',
  path: 'song',
  text: 'has the pattern "^[a-z]+$" now',
  because: 'No owl can sing others.',
};
const finding: Finding = { ...correction, breaks: [{ reader: 'new-consumers', consumers: ['owl'] }] };

describe('a correction', () => {
  it('breaks nobody, and says why', () => {
    expect(acceptCorrections([finding], [correction])).toEqual([
      { ...finding, text: 'has the pattern "^[a-z]+$" now. No owl can sing others.', breaks: [] },
    ]);
  });

  it.each([
    { name: 'canary.song.sung.v2' },
    { path: 'singer' },
    { rule: 'constraint-changed' },
    { text: 'has the pattern "^[a-y]+$" now' },
  ] as const)('is of one message, field and rule only: not of %o', (other) => {
    expect(acceptCorrections([{ ...finding, ...other }], [correction])).toEqual([{ ...finding, ...other }]);
  });

  it('lets the envelope say which ids consumers take, and nothing more', () => {
    const [envelope] = listContracts().filter(({ name }) => name === 'envelope');
    if (envelope === undefined) throw new Error('There is no envelope.');
    const withId = (id: object): typeof envelope => ({
      ...envelope,
      schema: { ...envelope.schema, properties: { ...Object(envelope.schema['properties']), id } },
    });
    const before = withId({ type: 'string', minLength: 1, maxLength: 64 });
    const compare = (pattern: string): readonly Finding[] =>
      compareContracts([before], [withId({ type: 'string', minLength: 1, maxLength: 64, pattern })]);
    expect(compare('^[!-~]+$')).toMatchObject([{ rule: 'constraint-added', path: 'id', breaks: [] }]);
    expect(compare('^[!-}]+$')).toMatchObject([{ rule: 'constraint-added', path: 'id', breaks: [{ reader: 'new-consumers' }] }]);
  });
});
