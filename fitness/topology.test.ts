// The topology at run time: every queue has its handlers, its consumer and its subscription, and the READMEs tell the same story.
import { describe, expect, it } from '@jest/globals';
import {
  commands,
  CONSUMERS,
  events,
  findEvent,
  listQueues,
  PUBLISHERS,
  queueUrlVariable,
  type Consumer,
  type EventContract,
  type QueueTopology,
} from '@torii/contracts';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createProjectionHandlers } from '../services/jobs/src/events/projection-handlers.ts';
import { createWorkerHandlers } from '../services/jobs/src/events/worker-handlers.ts';
import { listFolders, listSources, readText, ROOT } from './repository.ts';

/** What a table of handlers is made from; none is called here, so it may be empty. */
function parseNothing<T>(): T {
  return {} as T;
}

/** By consumer; one that no queue brings anything needs none. */
const HANDLERS: Readonly<Partial<Record<Consumer, object>>> = {
  ...(await readHandlers()),
  'jobs-projection': createProjectionHandlers(parseNothing()),
  'jobs-worker': createWorkerHandlers(parseNothing(), { remainingMs: () => 0 }),
};

/** Of every service that has some, by the file where they are. */
async function readHandlers(): Promise<Readonly<Record<string, object>>> {
  const services = PUBLISHERS.map((service) => [service, join(ROOT, 'services', service, 'src/events/handlers.ts')] as const);
  const tables = services
    .filter(([, file]) => existsSync(file))
    .map(async ([service, file]) => [service, parseHandlersModule(await import(file)).createHandlers(parseNothing())] as const);
  return Object.fromEntries(await Promise.all(tables));
}

function parseHandlersModule(module: unknown): { readonly createHandlers: (context: object) => object } {
  return module as ReturnType<typeof parseHandlersModule>;
}

/** The service whose code a consumer is part of: the one of its name, or the one that its name begins with. */
const serviceOf = (consumer: Consumer): string =>
  PUBLISHERS.find((service) => service === consumer) ?? PUBLISHERS.find((service) => consumer.startsWith(`${service}-`)) ?? consumer;
const QUEUES_FLOOR = 8;

/** What a handler is written for: the version that a retired one becomes before it is handled. */
function currentOf(type: string): string {
  const successor = findEvent(type)?.upcast?.to;
  return successor === undefined ? type : currentOf(successor);
}

interface Fault {
  readonly consumer: Consumer;
  readonly unhandled: readonly string[];
  readonly neverSent: readonly string[];
}

/** Consumers whose handlers are not those that their queues bring. */
function listHandlerFaults(queues: readonly QueueTopology[], handlers: typeof HANDLERS): readonly Fault[] {
  return CONSUMERS.flatMap((consumer) => {
    const sent = new Set(queues.flatMap((queue) => (queue.consumer === consumer ? queue.types.map(currentOf) : [])));
    const handled = new Set(Object.keys(handlers[consumer] ?? {}));
    const fault = { consumer, unhandled: [...sent.difference(handled)], neverSent: [...handled.difference(sent)] };
    return fault.unhandled.length + fault.neverSent.length > 0 ? [fault] : [];
  });
}

describe('queues and handlers', () => {
  it(`are those of the topology, at least ${QUEUES_FLOOR} queues`, () => {
    expect(listQueues().length).toBeGreaterThanOrEqual(QUEUES_FLOOR);
    expect(listHandlerFaults(listQueues(), HANDLERS)).toEqual([]);
  });

  it('notice a handler that is missing, and one for a type that never comes', () => {
    const handlers = { ...HANDLERS, identity: { 'identity.register-user.v1': () => undefined, 'canary.sang.v1': () => undefined } };
    expect(listHandlerFaults(listQueues(), handlers)).toEqual([
      { consumer: 'identity', unhandled: ['identity.remove-account.v1'], neverSent: ['canary.sang.v1'] },
    ]);
  });

  it.each(listQueues())('$name is taken from by its consumer, by the variable that names it', ({ name, consumer }) => {
    const sources = listSources(`services/${serviceOf(consumer)}/src`)
      .map(readText)
      .join('\n');
    const setting = queueUrlVariable(name)
      .toLowerCase()
      .replaceAll(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
    expect(sources).toContain(setting);
    // A function takes from its queue by an event source of the template.
    const taker = consumer === 'jobs-worker' ? readText('infra/src/constructs/service/jobs-worker.ts') : sources;
    expect(taker).toContain(consumer === 'jobs-worker' ? `getQueue(props.queues, '${name}')` : `queue: '${name}'`);
  });
});

/** Queues of the services whose consumers no test feeds with the golden examples of all they may be sent. */
function listUnfedQueues(queues: readonly QueueTopology[], readTest: (service: string) => string): readonly string[] {
  return queues.flatMap(({ name, consumer }) => {
    const test = readTest(serviceOf(consumer));
    // Either it names its queues, or it takes them from the topology.
    const isFed = test.includes('deliverExample(') && (test.includes(`'${name}'`) || test.includes('= listQueues()'));
    return isFed ? [] : [name];
  });
}

describe('golden examples', () => {
  it('are delivered to the consumer of every queue', () => {
    const readTest = (service: string): string => {
      const path = `services/${service}/test/contract-examples.test.ts`;
      return existsSync(join(ROOT, path)) ? readText(path) : '';
    };
    expect(listUnfedQueues(listQueues(), readTest)).toEqual([]);
  });

  it('are missed where nobody delivers them', () => {
    const test = "deliverExample(broker, 'catalog-events', example)";
    const queues = listQueues().filter(({ consumer }) => consumer === 'catalog');
    expect(listUnfedQueues(queues, () => test)).toEqual(['catalog-commands']);
    expect(listUnfedQueues(queues, () => "'catalog-events' 'catalog-commands'")).toEqual(['catalog-events', 'catalog-commands']);
    // There is no such file.
    expect(listUnfedQueues(queues, () => '')).toEqual(['catalog-events', 'catalog-commands']);
  });
});

describe('subscriptions', () => {
  it.each(Object.entries(events))('%s reaches every subscriber', (type, { publisher }) => {
    const subscribers = findEvent(currentOf(type))?.subscribers ?? [];
    const queues = listQueues().filter((queue) => queue.types.some((taken) => taken === type));
    expect(queues.map(({ name }) => name).toSorted()).toEqual(subscribers.map((subscriber) => `${subscriber}-events`).toSorted());
    expect(queues.every(({ publishers }) => publishers.includes(publisher))).toBe(true);
    expect(type.startsWith(`${publisher}.`)).toBe(true);
  });

  it.each(Object.entries(commands))('%s reaches its owner only', (type, { owner, senders }) => {
    const queues = listQueues().filter((queue) => queue.types.some((taken) => taken === type));
    expect(queues.map(({ name }) => name)).toEqual([`${owner}-commands`]);
    expect(queues[0]?.senders).toEqual(expect.arrayContaining([...senders]));
  });
});

describe('every publisher', () => {
  it('has a stack that the stage makes', () => {
    const stage = readText('infra/src/environment-stage.ts');
    const faults = PUBLISHERS.filter(
      (name) => !stage.includes(`stack('svc-${name}')`) || !readText(`infra/src/stacks/${name}-stack.ts`).includes(`name: '${name}'`),
    );
    expect(faults).toEqual([]);
  });

  it('is reached through the frontend', () => {
    const list = /const OPEN_PATHS = \[([^\]]*)\]/.exec(readText('services/frontend/src/domain/api-target.ts'))?.[1] ?? '';
    const open = [...list.matchAll(/'([a-z-]+)'/g)].map(([, path]) => path ?? '');
    expect(open.toSorted()).toEqual([...PUBLISHERS].toSorted());
  });
});

const LABELS = ['Owns', 'Publishes', 'Handles', 'Tables', 'Alarms'];

/** The text after a bold label, up to the next one. */
function findPart(readme: string, label: string): string | undefined {
  return new RegExp(`\\*\\*${label}\\*\\*([\\s\\S]*?)(?=\\*\\*[A-Z][a-z]+\\*\\*|\\n## |$)`).exec(readme)?.[1];
}

/** `catalog.item.created|changed.v1` names two types. */
function listTypes(text: string): readonly string[] {
  return [...text.matchAll(/`((?:[a-z-]+\.)+)([a-z|-]+)(\.v\d+)`/g)].flatMap(([, prefix, alternatives = '', version]) =>
    alternatives.split('|').map((fact) => `${prefix}${fact}${version}`),
  );
}

function listNames(text: string): readonly string[] {
  return [...text.matchAll(/`([a-z_-]+)`/g)].map(([, name]) => name ?? '');
}

interface Story {
  readonly publishes: readonly string[];
  readonly handles: readonly string[];
  readonly tables: readonly string[];
  readonly queues: readonly string[];
}

/** What a README of a service says. @throws Error naming a part it lacks, or one that is no list */
function readStory(readme: string): Story {
  const [, publishes = '', handles = '', tables = '', alarms = ''] = LABELS.map((label) => {
    const part = findPart(readme, label);
    if (part === undefined) throw new Error(`The README lacks **${label}**`);
    return part;
  });
  const items = handles.split('\n- ').slice(1);
  if (items.length === 0 && listTypes(handles).length > 0)
    throw new Error('The README names types under **Handles**, but not as a list: each begins a line with "- "');
  return {
    publishes: listTypes(publishes).toSorted(),
    handles: items.flatMap((item) => listTypes(/^[^`]*(`[^`]+`)/.exec(item)?.[1] ?? '')).toSorted(),
    tables: listNames(tables).toSorted(),
    queues: listNames(alarms).toSorted(),
  };
}

function tellStory(service: string): Story {
  const consumers = CONSUMERS.filter((consumer) => serviceOf(consumer) === service);
  const queues = listQueues().filter(({ consumer }) => consumers.includes(consumer));
  return {
    publishes: Object.entries<EventContract>(events)
      .flatMap(([type, { publisher, upcast }]) => (publisher === service && upcast === undefined ? [type] : []))
      .toSorted(),
    handles: queues.flatMap(({ types }) => [...new Set(types.map(currentOf))]).toSorted(),
    tables: listTables(service).toSorted(),
    queues: queues.map(({ name }): string => name).toSorted(),
  };
}

function listTables(service: string): readonly string[] {
  const created = (text: string): readonly string[] =>
    [...text.matchAll(/CREATE TABLE IF NOT EXISTS (\w+)/g)].map(([, name]) => name ?? '');
  if (!listFolders(`services/${service}`).includes('migrations')) return [];
  const migrations = listSources(`services/${service}/migrations`).map(readText);
  const messaging = migrations.some((text) => text.includes('createMessagingTables'))
    ? created(readText('chassis/src/database/messaging-tables.ts'))
    : [];
  return [...messaging, ...migrations.flatMap(created)];
}

describe('READMEs of services', () => {
  it.each(listFolders('services'))(
    '%s says what it owns, publishes, handles, its tables and its alarms, and nothing that is not so',
    (service) => {
      expect(readStory(readText(`services/${service}/README.md`))).toEqual(tellStory(service));
    },
  );

  it('notice a part that is missing, and a type too many', () => {
    expect(() => readStory('# canary\n\n**Owns** a cage')).toThrow('**Publishes**');
    const noList = '**Owns** a cage **Publishes** nothing **Handles** `canary.feed.v1`: eats. **Tables** none **Alarms** none';
    expect(() => readStory(noList)).toThrow('each begins a line with "- "');
    const story = readStory(
      '**Owns** a cage **Publishes** `canary.song.began|ended.v1`\n\n**Handles**\n- worker, `canary.feed.v1`: eats `x.y.v1`\n\n**Tables** `songs`\n\n**Alarms** age of `canary-events`',
    );
    expect(story).toEqual({
      publishes: ['canary.song.began.v1', 'canary.song.ended.v1'],
      handles: ['canary.feed.v1'],
      tables: ['songs'],
      queues: ['canary-events'],
    });
    expect(story).not.toEqual(tellStory('catalog'));
  });
});
