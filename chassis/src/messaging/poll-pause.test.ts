import { describe, expect, it } from '@jest/globals';
import { createPollPause } from './poll-pause.ts';

/** Far beyond the test's own deadline: only an end can let the pollers go on. */
const FOR_EVER = { baseMs: 3_600_000_000, capMs: 3_600_000_000 };

describe('a pause of polling', () => {
  it('lets everybody go on at once when it ends', async () => {
    const pause = createPollPause(FOR_EVER);
    await pause.wait();
    pause.lengthen();
    const wentOn: number[] = [];
    const pollers = [1, 2, 3].map(async (poller) => {
      await pause.wait();
      wentOn.push(poller);
    });
    await Promise.resolve();
    expect(wentOn).toEqual([]);
    pause.end();
    await Promise.all(pollers);
    expect(wentOn).toEqual([1, 2, 3]);
    await pause.wait();
  });
});
