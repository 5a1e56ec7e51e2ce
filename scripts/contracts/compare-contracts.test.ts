import { describe, expect, it } from '@jest/globals';
import { compareContracts } from './compare-contracts.ts';
import type { Contract } from './contract.ts';
import { CONTRACT_RULES, type Finding, type Rule } from './finding.ts';

const schema = { type: 'object', properties: { song: { type: 'string' } }, required: ['song'] };
const event: Contract = { name: 'canary.song.sung.v1', kind: 'event', writers: ['canary'], readers: ['cat', 'owl'], onBus: false, schema };
const successor: Contract = { ...event, name: 'canary.song.sung.v2' };
const command: Contract = { name: 'canary.sing.v1', kind: 'command', writers: ['cat'], readers: ['canary'], onBus: false, schema };
const silent = { ...schema, required: [] };

const compare = (before: readonly Contract[], after: readonly Contract[]) => compareContracts(before, after);
const rulesOf = (findings: readonly Finding[]) => findings.map(({ rule }) => rule);

/** [rule, released, in the source] */
const CANARIES: readonly (readonly [rule: Rule, before: readonly Contract[], after: readonly Contract[]])[] = [
  ['message-removed', [event, command], [event]],
  ['publisher-changed', [event], [{ ...event, writers: ['owl'] }]],
  ['owner-changed', [command], [{ ...command, readers: ['owl'] }]],
  ['bus-left', [{ ...event, onBus: true }], [event]],
  ['retired-without-a-successor', [event], [{ ...event, upcastTo: successor.name }]],
  [
    'retired-without-a-successor',
    [event],
    [
      { ...event, upcastTo: successor.name },
      { ...successor, readers: ['owl'] },
    ],
  ],
];
const ADDITIONS: typeof CANARIES = [
  ['message-added', [event], [event, command]],
  ['message-retired', [event], [{ ...event, upcastTo: successor.name }, successor]],
  ['message-back', [{ ...event, upcastTo: successor.name }, successor], [event, successor]],
  ['subscriber-added', [event], [{ ...event, readers: ['cat', 'owl', 'fox'] }]],
  ['subscriber-left', [event], [{ ...event, readers: ['cat'] }]],
  ['sender-added', [command], [{ ...command, writers: ['cat', 'owl'] }]],
  ['sender-left', [command], [{ ...command, writers: [] }]],
  ['bus-joined', [event], [{ ...event, onBus: true }]],
];
/** Those about files are in `baseline.test.ts` and `history.test.ts`. */
const OF_FILES: readonly Rule[] = [
  'release-lost',
  'withdrawn-is-back',
  'schema-edited',
  'example-edited',
  'example-removed',
  'example-unreadable',
  'example-added',
];

describe('what breaks a consumer', () => {
  it.each(CANARIES)('is noticed: %s (%#)', (rule, before, after) => {
    const broken = compare(before, after).filter(({ breaks }) => breaks.length > 0);
    expect(rulesOf(broken)).toEqual([rule]);
  });

  it('is noticed by every rule, each of which has a canary', () => {
    const covered = [...CANARIES, ...ADDITIONS].map(([rule]) => rule);
    expect(CONTRACT_RULES.length).toBeGreaterThanOrEqual(20);
    expect([...new Set([...covered, ...OF_FILES])].toSorted()).toEqual([...CONTRACT_RULES].toSorted());
  });

  it('names the consumers that run, where they must read what is new', () => {
    const [finding] = compare([event], [{ ...event, schema: silent, readers: ['cat', 'fox'] }]);
    expect(finding).toEqual({
      name: event.name,
      rule: 'field-made-optional',
      path: 'song',
      text: 'was required and may be left out now',
      breaks: [{ reader: 'old-consumers', consumers: ['cat', 'owl'] }],
    });
  });

  it('names the consumers that will run, where they must read what is old', () => {
    const [finding] = compare([{ ...event, schema: silent }], [{ ...event, readers: ['cat', 'fox'] }]);
    expect(finding?.breaks).toEqual([{ reader: 'new-consumers', consumers: ['cat', 'fox'] }]);
  });

  it('names the world outside, of which nobody here knows who listens', () => {
    const [finding] = compare([{ ...event, onBus: true }], [{ ...event, onBus: true, schema: silent }]);
    expect(finding?.breaks[0]?.consumers).toEqual(['cat', 'owl', 'rules on the event bus']);
  });
});

describe('an addition', () => {
  it.each(ADDITIONS)('breaks nobody: %s (%#)', (rule, before, after) => {
    const findings = compare(before, after);
    expect(rulesOf(findings)).toContain(rule);
    expect(findings.flatMap(({ breaks }) => breaks)).toEqual([]);
  });

  it('is a schema that is only written otherwise', () => {
    const described = { ...schema, properties: { song: { anyOf: [{ type: 'string', description: 'In words' }, { type: 'string' }] } } };
    const shorter = { ...schema, properties: { song: { anyOf: [{ type: 'string' }, { type: 'string' }] } } };
    expect(rulesOf(compare([{ ...event, schema: described }], [{ ...event, schema: shorter }]))).toContain('text-changed');
  });
});

describe('what has not changed', () => {
  it('is no finding', () => {
    expect(compare([event, successor, command], [command, event, successor])).toEqual([]);
  });
});
