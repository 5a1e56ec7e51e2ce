import { describe, expect, it } from '@jest/globals';
import type { Properties } from '../../provider.ts';
import { assertPattern, matchesPattern } from './pattern.ts';

const event: Properties = {
  source: 'torii.jobs',
  'detail-type': 'jobs.job.completed.v1',
  detail: {
    state: 'running',
    n: 5,
    ip: '10.0.0.33',
    none: null,
    isOn: true,
    tags: ['red', 'blue'],
    items: [
      { a: 1, b: 2 },
      { a: 3, b: 4 },
    ],
    empty: '',
    file: 'dir/x.PNG',
    noTags: [],
  },
};

describe('an event pattern', () => {
  const matching: readonly Properties[] = [
    { source: ['torii.jobs'] },
    { source: ['other', 'torii.jobs'] },
    { 'detail-type': [{ prefix: 'jobs.job.' }], source: ['torii.jobs'] },
    { detail: { state: [{ prefix: { 'equals-ignore-case': 'RUN' } }] } },
    { detail: { file: [{ suffix: { 'equals-ignore-case': '.png' } }] } },
    { detail: { state: [{ 'equals-ignore-case': 'RUNNING' }] } },
    { detail: { state: [{ 'anything-but': { prefix: 'st' } }] } },
    { detail: { state: [{ 'anything-but': ['stopped'] }] } },
    { detail: { state: [{ 'anything-but': { suffix: ['ed', 'ly'] } }] } },
    { detail: { n: [{ numeric: ['>', 0, '<=', 5] }] } },
    { detail: { n: [{ numeric: ['=', 5.0] }] } },
    { detail: { state: [{ exists: true }] } },
    { detail: { missing: [{ exists: false }] } },
    { detail: { deep: { missing: [{ exists: false }] } } },
    { detail: { noTags: [{ exists: true }] } },
    { detail: { none: [null] } },
    { detail: { isOn: [true] } },
    { detail: { empty: [''] } },
    { detail: { tags: ['blue'] } },
    { detail: { items: { a: [1], b: [2] } } },
    { detail: { ip: [{ cidr: '10.0.0.0/24' }] } },
    { detail: { file: [{ wildcard: 'dir/*.PNG' }] } },
    { detail: { $or: [{ state: ['no'] }, { n: [5] }] } },
  ];
  it.each(matching.map((pattern) => [JSON.stringify(pattern), pattern] as const))('matches %s', (_name, pattern) => {
    assertPattern(pattern);
    expect(matchesPattern(pattern, event)).toBe(true);
  });

  const other: readonly Properties[] = [
    { source: ['other'] },
    { source: ['torii.jobs'], detail: { state: ['done'] } },
    { detail: { file: [{ suffix: '.png' }] } },
    { detail: { state: [{ 'anything-but': ['stopped', 'running'] }] } },
    { detail: { state: [{ 'anything-but': { prefix: ['st', 'ru'] } }] } },
    { detail: { missing: [{ 'anything-but': 'x' }] } },
    { detail: { items: [{ exists: false }] } },
    { detail: { items: { a: [1], b: [4] } } },
    { detail: { isOn: ['true'] } },
    { detail: { n: ['5'] } },
    { detail: { n: [{ numeric: ['>', 5] }] } },
    { detail: { ip: [{ cidr: '10.1.0.0/24' }] } },
    { detail: { state: [{ cidr: '10.0.0.0/24' }] } },
    { detail: { file: [{ wildcard: '*.jpg' }] } },
    { detail: { file: [{ wildcard: 'dir/\\*.PNG' }] } },
    { detail: { $or: [{ state: ['no'] }, { n: [6] }] } },
  ];
  it.each(other.map((pattern) => [JSON.stringify(pattern), pattern] as const))('does not match %s', (_name, pattern) => {
    assertPattern(pattern);
    expect(matchesPattern(pattern, event)).toBe(false);
  });

  it.each([[{}], [{ source: 'torii.jobs' }], [{ source: [] }], [{ source: [['x']] }], [{ source: [{ like: 'x' }] }]])(
    'refuses %j',
    (pattern) => {
      expect(() => assertPattern(pattern)).toThrow(/event pattern/);
    },
  );
});
