import { describe, expect, it } from '@jest/globals';
import { explainEnd, logFileOf } from './log-group.ts';

describe('logFileOf', () => {
  it('keeps a group inside the folder of logs', () => {
    expect(logFileOf('/state', '/torii/dev/catalog')).toBe('/state/logs/torii/dev/catalog.log');
    expect(logFileOf('/state', '../../etc/passwd')).toBe('/state/logs/etc/passwd.log');
  });
});

describe('explainEnd', () => {
  it('prefers logged errors with their cause', () => {
    const lines = ['{"level":30,"msg":"starting"}', '{"level":60,"msg":"Cannot start","err":{"message":"PORT is absent"}}', 'Node.js v24'];
    expect(explainEnd(lines)).toBe('Cannot start: PORT is absent');
  });

  it('picks the place and the error out of a printed stack', () => {
    expect(explainEnd(['file:///a.ts:1', '    ^', 'TypeError: x is not a function', '    at main (a.ts:1)', '', 'Node.js v24'])).toBe(
      'file:///a.ts:1\nTypeError: x is not a function',
    );
  });

  it('gives everything when nothing tells', () => {
    expect(explainEnd(['one', 'two'])).toBe('one\ntwo');
  });
});
