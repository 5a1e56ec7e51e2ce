import { describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { parseOptions } from './options.ts';

describe('parseOptions', () => {
  it('watches and shows the demo unless told otherwise', () => {
    expect(parseOptions([], {})).toMatchObject({ watch: true, demo: true, portBase: 8000 });
    expect(parseOptions(['--no-watch', '--no-demo'], { TORII_PORT: '9000', TORII_HOME: '/tmp/x' })).toEqual({
      watch: false,
      demo: false,
      portBase: 9000,
      home: '/tmp/x',
    });
  });

  it.each(['eighty', '80', '65001', '8000.5', ' '])('refuses the port %p and says what it may be', (port) => {
    expect(() => parseOptions([], { TORII_PORT: port })).toThrow('TORII_PORT cannot be');
  });

  it('takes an empty variable for an absent one', () => {
    const absent = parseOptions([], {});
    expect(parseOptions([], { TORII_PORT: '', TORII_HOME: '' })).toEqual(absent);
    expect(absent.home).toBe(join(import.meta.dirname, '..', '..', '.torii'));
  });
});
