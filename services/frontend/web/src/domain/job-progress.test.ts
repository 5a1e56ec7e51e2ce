import { describe, expect, it } from '@jest/globals';
import type { Job } from '@torii/contracts';
import { measureProgress } from './job-progress.ts';

const parseJob = (fields: object) => ({ type: 'catalog-export', status: 'running', ...fields }) as Job;
const rows = (done: number, total: number | null) => ({ done, total, unit: 'rows' });

describe('measureProgress', () => {
  it.each([
    ['an import knows its total', { type: 'catalog-import', progress: rows(1, 4) }, { percent: 25, words: 'rowsOf' }],
    ['an export estimates it', { progress: rows(1, 4) }, { percent: 25, words: 'rowsOfAbout' }],
    ['more than the estimate is no more than all', { progress: rows(5, 4) }, { percent: 100, words: 'rowsOfAbout' }],
    ['an export that has ended knows it', { status: 'completed', progress: rows(5, 5) }, { percent: 100, words: 'rowsOf' }],
    ['work of unknown length fills the bar', { progress: rows(7, null) }, { percent: 100, words: 'rowsSoFar' }],
    ['work that waits leaves it empty', { status: 'queued', progress: rows(0, null) }, { percent: 0, words: 'rowsSoFar' }],
    ['nothing to do is all done', { progress: rows(0, 0) }, { percent: 100, words: 'rowsOfAbout' }],
    ['other units go unnamed', { type: 'newer', progress: { done: 1, total: 2, unit: 'pages' } }, { percent: 50, words: 'doneOf' }],
  ])('%s', (_name, fields, expected) => {
    expect(measureProgress(parseJob(fields))).toEqual(expected);
  });
});
