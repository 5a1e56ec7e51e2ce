import { describe, expect, it } from '@jest/globals';
import { decidePollDelayMs } from './job-poll.ts';

describe('decidePollDelayMs', () => {
  it('stops when every job has ended', () => {
    expect(decidePollDelayMs([{ status: 'completed' }, { status: 'failed' }, { status: 'cancelled' }], 0)).toBe(false);
  });

  it('asks every second at first and less often later', () => {
    const running = [{ status: 'running' as const }];
    expect([0, 59, 60, 180].map((polls) => decidePollDelayMs(running, polls))).toEqual([1_000, 1_000, 2_000, 5_000]);
  });
});
