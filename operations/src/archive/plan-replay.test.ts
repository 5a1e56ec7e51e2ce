import { describe, expect, it } from '@jest/globals';
import { planReplay } from './plan-replay.ts';

const PROJECTION = 'jobs-projection-events';

describe('planReplay', () => {
  it('takes every event of the queue when no type is named', () => {
    const plan = planReplay({ queue: PROJECTION, types: undefined, isForced: false });
    expect(plan.types).toEqual(plan.queue.types);
    expect(plan.publishers).toEqual(['catalog']);
  });

  it('takes the retired versions of a type along', () => {
    expect(planReplay({ queue: PROJECTION, types: ['catalog.item.changed.v2'], isForced: false })).toMatchObject({
      types: ['catalog.item.changed.v1', 'catalog.item.changed.v2'],
      predecessors: ['catalog.item.changed.v1'],
    });
  });

  it('takes no successor of a retired version', () => {
    expect(planReplay({ queue: PROJECTION, types: ['catalog.item.changed.v1'], isForced: false }).types).toEqual([
      'catalog.item.changed.v1',
    ]);
  });

  it('refuses a queue whose inbox would drop everything, unless forced', () => {
    const request = { queue: 'catalog-events', types: ['catalog.item.deleted.v1'] };
    expect(() => planReplay({ ...request, isForced: false })).toThrow('its inbox drops every message that had its effect');
    expect(planReplay({ ...request, isForced: true }).types).toEqual(['catalog.item.deleted.v1']);
  });

  it('refuses a type that its consumer would make a dead letter of, forced or not', () => {
    expect(() => planReplay({ queue: PROJECTION, types: ['identity.user.deleted.v1'], isForced: true })).toThrow(
      'its consumer does not handle it',
    );
  });

  it.each([
    [{ queue: 'jobs-projection-commands', types: undefined }, 'commands are not archived'],
    [{ queue: 'nowhere', types: undefined }, 'the topology has no such queue'],
    [{ queue: PROJECTION, types: ['catalog.item.sung.v1'] }, 'no contract has it'],
    [{ queue: PROJECTION, types: ['jobs.empty-projection.v1'] }, 'it is a command'],
  ])('refuses %j', (request, why) => {
    expect(() => planReplay({ ...request, isForced: false })).toThrow(why);
  });
});
