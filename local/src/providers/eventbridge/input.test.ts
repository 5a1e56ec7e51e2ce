import { describe, expect, it } from '@jest/globals';
import { composeInput } from './input.ts';

const event = { time: '2026-01-01T00:00:00Z', detail: { status: 'done "well"', count: 7, rows: [{ id: 'a' }] } };

describe('the input of a target', () => {
  it('is the event when nothing is said', () => {
    expect(JSON.parse(composeInput({}, event))).toEqual(event);
  });
  it('is the constant', () => {
    expect(composeInput({ constant: '{"type":"nightly"}' }, event)).toBe('{"type":"nightly"}');
  });
  it('is the part at a path', () => {
    expect(composeInput({ path: '$.detail.rows[0].id' }, event)).toBe('"a"');
  });
  it('fills a template: JSON alone, text within quotes', () => {
    const paths = { status: '$.detail.status', count: '$.detail.count', rows: '$.detail.rows', missing: '$.detail.missing' };
    const template = '{"text":"status <status>, <count> rows","count":<count>,"status":<status>,"rows":<rows>,"missing":<missing>}';
    expect(JSON.parse(composeInput({ transformer: { paths, template } }, event))).toEqual({
      text: 'status done "well", 7 rows',
      count: 7,
      status: 'done "well"',
      rows: [{ id: 'a' }],
      missing: null,
    });
  });
});
