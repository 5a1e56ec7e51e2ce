import { describe, expect, it } from '@jest/globals';
import { createSingleFlight } from './single-flight.ts';

describe('single flight', () => {
  it('shares one run among callers that come while it lasts', async () => {
    const flight = createSingleFlight();
    const gate = Promise.withResolvers<string>();
    let runs = 0;
    const work = () => {
      runs += 1;
      return gate.promise;
    };
    const callers = [flight.run('a', work), flight.run('a', work), flight.run('b', work)];
    gate.resolve('done');
    expect(await Promise.all(callers)).toEqual(['done', 'done', 'done']);
    expect(runs).toBe(2);
    await flight.run('a', work);
    expect(runs).toBe(3);
  });

  it('passes a failure to all of them, and begins anew', async () => {
    const flight = createSingleFlight();
    const failing = () => Promise.reject(new Error('no'));
    await expect(Promise.all([flight.run('a', failing), flight.run('a', failing)])).rejects.toThrow('no');
    expect(await flight.run('a', async () => 'yes')).toBe('yes');
  });

  it('lets later callers run their own after it was forgotten', async () => {
    const flight = createSingleFlight();
    const gate = Promise.withResolvers<string>();
    const early = flight.run('a', () => gate.promise);
    flight.forget('a');
    const late = flight.run('a', async () => 'late');
    gate.resolve('early');
    expect(await Promise.all([early, late])).toEqual(['early', 'late']);
  });
});
