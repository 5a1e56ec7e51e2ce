import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import {
  commands,
  CONSUMERS,
  events,
  findCommand,
  findEvent,
  findSchema,
  listQueues,
  queueUrlVariable,
  upcast,
  type CommandContract,
  type CommandType,
  type Consumer,
  type EventType,
  type UpcastFault,
} from './topology.ts';

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

/** A version that is upcast goes where its successor goes. */
function subscribersOf(type: string): readonly string[] {
  const contract = findEvent(type);
  return contract?.upcast === undefined ? (contract?.subscribers ?? []) : subscribersOf(contract.upcast.to);
}

describe('listQueues', () => {
  const queues = listQueues();

  it('gives each consumer one queue for its events and one for its commands, and none that stays empty', () => {
    const subscribers = new Set(Object.values(events).flatMap((event): readonly Consumer[] => event.subscribers));
    const owners = new Set(Object.values(commands).map(({ owner }): Consumer => owner));
    expect(queues.map(({ name }) => name)).toEqual(
      CONSUMERS.flatMap((consumer) => [
        ...(subscribers.has(consumer) ? [`${consumer}-events`] : []),
        ...(owners.has(consumer) ? [`${consumer}-commands`] : []),
      ]),
    );
    expect(queues.every(({ name, consumer, kind, types }) => name === `${consumer}-${kind}` && types.length > 0)).toBe(true);
  });

  it('brings every subscription and every command to its queue', () => {
    for (const type of Object.keys(events) as EventType[]) {
      const expected = subscribersOf(type).map((subscriber) => `${subscriber}-events`);
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

/** Compiles when there is no fault. */
type Sound<Fault> = [Fault] extends [never] ? true : { readonly faultOf: Fault };

describe('upcast', () => {
  const schema = { v1: z.object({ song: z.string() }), v2: z.object({ song: z.string(), loud: z.boolean().nullable() }) };

  it('leads to a declared version and makes its data, as the compiler knows', () => {
    const sound: Sound<UpcastFault<typeof events>> = true;
    expect(sound).toBe(true);
  });

  it('does not compile into nothing, or into other data', () => {
    const toV2 = (data: z.infer<typeof schema.v1>): z.infer<typeof schema.v2> => ({ ...data, loud: null });
    const good = { v1: { schema: schema.v1, upcast: { to: 'v2', data: toV2 } }, v2: { schema: schema.v2 } } as const;
    const lost = { v1: { schema: schema.v1, upcast: { to: 'v3', data: toV2 } }, v2: { schema: schema.v2 } } as const;
    const same = {
      v1: { schema: schema.v1, upcast: { to: 'v2', data: (data: z.infer<typeof schema.v1>) => data } },
      v2: { schema: schema.v2 },
    } as const;
    const sound: Sound<UpcastFault<typeof good>> = true;
    // @ts-expect-error -- v3 is not declared
    const leadsNowhere: Sound<UpcastFault<typeof lost>> = true;
    // @ts-expect-error -- v2 has a field more
    const lacksField: Sound<UpcastFault<typeof same>> = true;
    expect([sound, leadsNowhere, lacksField, good, lost, same]).toHaveLength(6);
  });

  it('makes a retired version its successor and leaves every other message as it is', () => {
    const envelope = {
      specversion: '1.0',
      id: 'm-1',
      source: '/torii/catalog',
      subject: 'i-1',
      time: '2026-05-01T10:00:00.000Z',
      datacontenttype: 'application/json',
    } as const;
    const created = upcast({ ...envelope, type: 'catalog.item.created.v1', data: { sku: 'A' } });
    expect(created).toEqual({
      ...envelope,
      type: 'catalog.item.created.v2',
      data: { sku: 'A', createdAt: envelope.time, updatedAt: envelope.time },
    });
    const changed = upcast({ ...envelope, type: 'catalog.item.changed.v1', data: { sku: 'A' } });
    expect(changed.data).toEqual({ sku: 'A', createdAt: null, updatedAt: envelope.time });
    expect(upcast(created)).toBe(created);
    const foreign = { ...envelope, type: 'constructor', data: {} };
    expect(upcast(foreign)).toBe(foreign);
  });
});

describe('a schedule', () => {
  it('sends data that fits its command', () => {
    const scheduled = Object.values<CommandContract>(commands).filter(({ schedule }) => schedule !== undefined);
    expect(scheduled.length).toBeGreaterThanOrEqual(1);
    for (const { schema, schedule } of scheduled) expect(schema.safeParse(schedule?.data).success).toBe(true);
  });
});

describe('findSchema', () => {
  it('knows declared types only, whatever their name', () => {
    expect(findSchema('catalog.item.created.v1')).toBe(events['catalog.item.created.v1'].schema);
    expect(findSchema('catalog.apply-import-batch.v1')).toBe(commands['catalog.apply-import-batch.v1'].schema);
    expect(findSchema('catalog.item.created.v9')).toBeUndefined();
    expect(findSchema('constructor')).toBeUndefined();
  });

  it('goes by rows, which an event and a command are each found by', () => {
    expect(findEvent('catalog.item.created.v1')).toBe(events['catalog.item.created.v1']);
    expect(findCommand('catalog.item.created.v1')).toBeUndefined();
    expect(findCommand('catalog.apply-import-batch.v1')).toBe(commands['catalog.apply-import-batch.v1']);
    expect(findEvent('catalog.apply-import-batch.v1')).toBeUndefined();
    expect([findEvent('constructor'), findCommand('constructor')]).toEqual([undefined, undefined]);
  });
});

describe('queueUrlVariable', () => {
  it('is the name in capitals', () => {
    expect(queueUrlVariable('jobs-worker-commands')).toBe('JOBS_WORKER_COMMANDS_QUEUE_URL');
  });
});
