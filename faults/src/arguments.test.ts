import { describe, expect, it } from '@jest/globals';
import { parseArguments } from './arguments.ts';

const NAMES = ['kill-mariadb', 'freeze-redis'];

describe('parseArguments', () => {
  it('runs the whole matrix without arguments', () => {
    expect(parseArguments([], NAMES)).toEqual({ help: false, list: false, only: [], minutes: undefined, seed: undefined, lanes: 2 });
  });

  it('takes several rows', () => {
    expect(parseArguments(['--only', 'kill-mariadb', '--only=freeze-redis'], NAMES).only).toEqual(NAMES);
  });

  it('takes the length and the seed of a soak', () => {
    expect(parseArguments(['--minutes', '0.5', '--seed', '7'], NAMES)).toMatchObject({ minutes: 0.5, seed: 7 });
  });

  it.each([
    [['--only', 'kill-mariad'], '--only kill-mariad cannot be run'],
    [['--minutes', 'ten'], '--minutes ten cannot be used'],
    [['--minutes', '0'], '--minutes 0 cannot be used'],
    [['--seed', '-1'], '--seed'],
    [['--fast'], "Unknown option '--fast'"],
    [['now'], "Unexpected argument 'now'"],
    [['--only', 'kill-mariadb', '--minutes', '1'], 'cannot be used together'],
    [['--lanes', '0'], '--lanes 0 cannot be used'],
    [['--lanes', '3', '--minutes', '1'], 'a soak has one platform'],
  ])('refuses %j and says why', (words, message) => {
    expect(() => parseArguments(words, NAMES)).toThrow(message);
  });
});
