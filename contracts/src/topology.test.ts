import { describe, expect, it } from '@jest/globals';
import { commands, CONSUMERS, events, findSchema, listQueues, queueUrlVariable, type CommandType, type EventType } from './topology.ts';

describe('the topology', () => {
  it('names events <service>.<aggregate>.<fact>.v<major>, after their publisher', () => {
    for (const [type, { publisher }] of Object.entries(events)) {
      expect(type).toMatch(/^[a-z]+(-[a-z]+)*\.[a-z-]+\.[a-z-]+\.v[1-9]\d*$/);
      expect(type.split('.')[0]).toBe(publisher);
    }
  });

  it('names commands <service>.<verb-noun>.v<major>, after the service of their owner', () => {
    for (const [type, { owner }] of Object.entries(commands)) {
      expect(type).toMatch(/^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)+\.v[1-9]\d*$/);
      expect(owner.startsWith(type.split('.')[0] ?? '')).toBe(true);
    }
  });
});

describe('listQueues', () => {
  const queues = listQueues();

  it('gives each consumer one queue for its events and one for its commands, and none that stays empty', () => {
    expect(queues.map(({ name }) => name)).toEqual([
      'identity-commands',
      'catalog-events',
      'catalog-commands',
      'jobs-events',
      'jobs-worker-commands',
    ]);
    expect(queues.every(({ consumer, types }) => CONSUMERS.includes(consumer) && types.length > 0)).toBe(true);
  });

  it('brings every subscription and every command to its queue', () => {
    for (const type of Object.keys(events) as EventType[]) {
      const expected = events[type].subscribers.map((subscriber) => `${subscriber}-events`);
      expect(queues.filter(({ types }) => types.includes(type)).map(({ name }) => name)).toEqual(expected);
    }
    for (const type of Object.keys(commands) as CommandType[]) {
      expect(queues.filter(({ types }) => types.includes(type)).map(({ name }) => name)).toEqual([`${commands[type].owner}-commands`]);
    }
  });

  it('knows who feeds a queue', () => {
    expect(queues.find(({ name }) => name === 'jobs-events')?.publishers).toEqual(['identity', 'catalog']);
    expect(queues.find(({ name }) => name === 'catalog-commands')?.senders).toEqual(['jobs']);
  });
});

describe('findSchema', () => {
  it('knows declared types only, whatever their name', () => {
    expect(findSchema('catalog.item.created.v1')).toBe(events['catalog.item.created.v1'].schema);
    expect(findSchema('catalog.apply-import-batch.v1')).toBe(commands['catalog.apply-import-batch.v1'].schema);
    expect(findSchema('catalog.item.created.v2')).toBeUndefined();
    expect(findSchema('constructor')).toBeUndefined();
  });
});

describe('queueUrlVariable', () => {
  it('is the name in capitals', () => {
    expect(queueUrlVariable('jobs-worker-commands')).toBe('JOBS_WORKER_COMMANDS_QUEUE_URL');
  });
});
