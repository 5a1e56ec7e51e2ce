import { describe, expect, it } from '@jest/globals';
import { createPollPause } from './poll-pause.ts';

/** The longest that a timer takes, and none is drawn shorter: only an end can let the pollers go on. */
const FOR_EVER = { baseMs: 2 ** 31 - 1, capMs: 2 ** 31 - 1 };
const longest = () => 0.999;

describe('a pause of polling', () => {
  it('lets everybody go on at once when it ends', async () => {
    const pause = createPollPause(FOR_EVER, longest);
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
