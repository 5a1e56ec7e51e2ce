import { describe, expect, it } from '@jest/globals';
import { parseCommand } from '../../scripts/parse-command.ts';
import { FAULTS, parseArguments, type Arguments } from './arguments.ts';

const NAMES = ['kill-mariadb', 'freeze-redis'];
const parse = (words: readonly string[]): Arguments => parseArguments(parseCommand(FAULTS, [...words]).values, NAMES);

describe('parseArguments', () => {
  it('runs the whole matrix without arguments', () => {
    expect(parse([])).toEqual({ list: false, only: [], minutes: undefined, seed: undefined, lanes: 2 });
  });

  it('takes several rows', () => {
    expect(parse(['--only', 'kill-mariadb', '--only=freeze-redis']).only).toEqual(NAMES);
  });

  it('takes the length and the seed of a soak', () => {
    expect(parse(['--minutes', '0.5', '--seed', '7'])).toMatchObject({ minutes: 0.5, seed: 7 });
  });

  it.each([
    [['--only', 'kill-mariad'], '--only kill-mariad cannot be run'],
    [['--minutes', 'ten'], '--minutes ten cannot be used'],
    [['--minutes', '0'], '--minutes 0 cannot be used'],
    [['--seed=-1'], '--seed'],
    [['--only', 'kill-mariadb', '--minutes', '1'], 'cannot be used together'],
    [['--lanes', '0'], '--lanes 0 cannot be used'],
    [['--lanes', '3', '--minutes', '1'], 'a soak has one platform'],
  ])('refuses %j and says why', (words, message) => {
    expect(() => parse(words)).toThrow(message);
  });
});
