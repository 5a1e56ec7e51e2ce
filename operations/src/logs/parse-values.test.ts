import { describe, expect, it } from '@jest/globals';
import { parseValues } from './parse-values.ts';

const PERIOD = ['first-hour', 'last-hour', 'from', 'to'];
const now = Date.parse('2026-11-22T14:05:00.000Z');
const query = (...parameters: readonly string[]) => ({ name: 'q', parameters: [...PERIOD, ...parameters] });
const give = (values: Readonly<Record<string, string>> = {}) => ({ from: '1h', to: 'now', values });

describe('what an operator gives to a query', () => {
  it('is in the order of the query, with the folders that lines of that time may be in', () => {
    expect(parseValues(query(), give(), now)).toEqual([
      '2026/11/22/12',
      '2026/11/22/14',
      '2026-11-22T13:05:00.000Z',
      '2026-11-22T14:05:00.000Z',
    ]);
  });

  it.each([
    ['trace', '6561F2A80A1B2C3D4E5F60718293A4B5', '6561f2a80a1b2c3d4e5f60718293a4b5'],
    ['trace', '1-6561f2a8-0a1b2c3d4e5f60718293a4b5', '6561f2a80a1b2c3d4e5f60718293a4b5'],
    ['user', '0190A1B2-0000-7000-8000-000000000001', '0190a1b2-0000-7000-8000-000000000001'],
  ])('is for --%s %s the value %s', (name, text, value) => {
    expect(parseValues(query(name), give({ [name]: text }), now).at(-1)).toBe(value);
  });

  it.each([
    ['trace', '6561f2a8', '--trace cannot be'],
    ['trace', "6561f2a80a1b2c3d4e5f60718293a4b5'", '--trace cannot be'],
    ['user', 'ada@example.com', '--user cannot be'],
    ['user', '', '--user cannot be'],
    ['table', 'logs', 'asks for table, which this tool does not know'],
    ['constructor', 'x', 'asks for constructor, which this tool does not know'],
  ])('is refused for --%s as %j', (name, text, why) => {
    expect(() => parseValues(query(name), give({ [name]: text }), now)).toThrow(why);
  });
});
