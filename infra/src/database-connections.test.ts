import { describe, expect, it } from '@jest/globals';
import { PUBLISHERS } from '@torii/contracts';
import { countAccepted, countWanted, LEAST_POOL_SIZE } from './database-connections.ts';
import { getEnvironment } from './environments.ts';

describe('countAccepted', () => {
  // By CHAP_Limits.html of the RDS guide, the first and the last; the others were seen on t2, which has as much memory.
  it.each([
    { instanceType: 't4g.micro', seen: 60 },
    { instanceType: 't4g.small', seen: 150 },
    { instanceType: 't4g.medium', seen: 312 },
    { instanceType: 'm7g.large', seen: 630 },
  ])('of a $instanceType is a little less than the $seen that RDS gives', ({ instanceType, seen }) => {
    expect(countAccepted(instanceType)).toBeLessThan(seen);
    expect(countAccepted(instanceType)).toBeGreaterThan(seen * 0.9);
  });
});

describe('countWanted', () => {
  const dev = getEnvironment('dev');
  const wanted = (service: Partial<typeof dev.service>) => countWanted({ ...dev, service: { ...dev.service, ...service } });

  it('is every pool and relay of each backend and the pools of five workers, of two releases, and others', () => {
    expect(wanted({ maxTasks: 2, databasePoolSize: 5 })).toBe(2 * (PUBLISHERS.length * 2 * (5 + 1) + 5 * 3) + 10);
  });

  it('counts each task, and each connection of its pool', () => {
    const one = { maxTasks: 1, databasePoolSize: 5 };
    expect(wanted({ ...one, maxTasks: 2 }) - wanted(one)).toBe(2 * PUBLISHERS.length * 6);
    expect(wanted({ ...one, databasePoolSize: 6 }) - wanted(one)).toBe(2 * PUBLISHERS.length);
  });
});

describe('LEAST_POOL_SIZE', () => {
  it('is one more than any queue of a service has pollers', () => {
    expect(LEAST_POOL_SIZE).toBe(5);
  });
});
