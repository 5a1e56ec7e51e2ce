import { describe, expect, it } from '@jest/globals';
import type { Job } from '@torii/contracts';
import { decideOutcome, hasFile } from './job-result.ts';

const parseResult = (value: object) => value as Job['result'];

describe('decideOutcome', () => {
  it('finds nothing before there is a result', () => {
    expect(decideOutcome({ result: null })).toBeUndefined();
  });

  it('tells an import from an export', () => {
    const imported = { created: 1, updated: 0, unchanged: 0, rejected: 0, rejectsUrl: null };
    const exported = { rows: 3, bytes: 120, downloadUrl: 'https://files.example/export.csv' };
    expect(decideOutcome({ result: imported })).toEqual({ kind: 'import', result: imported });
    expect(decideOutcome({ result: exported })).toEqual({ kind: 'file', result: exported });
  });

  it('keeps the counts of a result that nobody here knows', () => {
    const result = parseResult({ merged: 4, skipped: 0, note: 'x', nested: {} });
    expect(decideOutcome({ result })).toEqual({
      kind: 'counts',
      counts: [
        ['merged', 4],
        ['skipped', 0],
      ],
    });
  });
});

describe('hasFile', () => {
  const result = { rows: 3, bytes: 120, downloadUrl: 'https://files.example/export.csv' };
  const updatedAt = '2026-11-22T10:00:00.000Z';

  it('keeps a file for thirty days', () => {
    expect(hasFile({ result, updatedAt }, new Date('2026-12-22T09:59:00Z'))).toBe(true);
    expect(hasFile({ result, updatedAt }, new Date('2026-12-22T10:00:00Z'))).toBe(false);
  });

  it('finds none where there never was one', () => {
    expect(hasFile({ result: null, updatedAt }, new Date(updatedAt))).toBe(false);
  });
});
