import { describe, expect, it } from '@jest/globals';
import { createSignal } from './signal.ts';

/** Far beyond the test's own deadline: only a notice can end the wait. */
const FOR_EVER_MS = 3_600_000;

describe('a signal', () => {
  it('wakes who waits', async () => {
    const signal = createSignal();
    const woken = signal.wait(FOR_EVER_MS);
    signal.notify();
    await woken;
  });

  it('keeps one notice for who comes later', async () => {
    const signal = createSignal();
    signal.notify();
    signal.notify();
    await signal.wait(FOR_EVER_MS);
    let woken = false;
    const second = signal.wait(FOR_EVER_MS).then(() => (woken = true));
    await Promise.resolve();
    expect(woken).toBe(false);
    signal.notify();
    await second;
  });

  it('gives up after its time', async () => {
    await createSignal().wait(1);
  });
});
