import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { createLogger } from './create-logger.ts';
import { createTurnBuffer } from './standard-output.ts';

describe('standard output', () => {
  it('writes what one turn logs at its end, and a warning at once with what came before it', async () => {
    const writes: string[] = [];
    const destination = createTurnBuffer((bytes) => writes.push(Buffer.from(bytes).toString()));
    const logger = createLogger({ serviceName: 'catalog', destination });
    const levelsOf = () => writes.map((text) => [...text.matchAll(/"level":"(\w+)"/g)].map(([, level]) => level));
    logger.info('one');
    logger.child({ queue: 'q' }).info('two');
    expect(levelsOf()).toEqual([]);
    await nextTurn();
    expect(levelsOf()).toEqual([['info', 'info']]);
    logger.info('three');
    logger.child({ queue: 'q' }).warn('four');
    expect(levelsOf()).toEqual([
      ['info', 'info'],
      ['info', 'warn'],
    ]);
  });
});
