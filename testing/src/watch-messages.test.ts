import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Broker, startBroker } from '@torii/local';
import { listGoldenExamples } from './released-contracts.ts';
import { type MessageWatch, watchMessages } from './watch-messages.ts';

const QUEUE = 'jobs-worker-commands';
let broker: Broker;
let watch: MessageWatch;
let queueArn: string;
let topicArn: string;

beforeEach(async () => {
  broker = await startBroker({ port: 0, region: 'eu-west-1', accountId: '222222222222' });
  queueArn = broker.ensureQueue(QUEUE, {}).arn;
  topicArn = broker.ensureTopic('torii-catalog-events', {}).arn;
  broker.ensureBucket('messages', []);
  watch = watchMessages(broker);
});
afterEach(() => broker.stop());

interface Message {
  readonly data: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

const [command = ''] = listGoldenExamples(QUEUE).map(({ body }) => body);
const [event = ''] = listGoldenExamples('catalog-events').flatMap(({ type, body }) => (type === 'catalog.item.deleted.v1' ? [body] : []));
const alter = (body: string, change: (message: Message) => object): string => JSON.stringify(change(JSON.parse(body) as Message));
const withData = (body: string, data: object): string => alter(body, (message) => ({ ...message, data: { ...message.data, ...data } }));

describe('watchMessages', () => {
  it('passes what fits its contract, on topics and in queues', async () => {
    await broker.publish(topicArn, event);
    await broker.send(queueArn, command);
    expect(watch.count).toBe(2);
    expect(() => watch.assertContracts()).not.toThrow();
  });

  it('is told of what goes another way', () => {
    watch.check('bus', event);
    expect(watch.count).toBe(1);
    expect(() => watch.assertContracts()).not.toThrow();
    watch.check('bus', withData(event, { version: '3' }));
    expect(() => watch.assertContracts()).toThrow('bus: catalog.item.deleted.v1');
  });

  it.each([
    ['a field of another type', withData(event, { version: '3' }), 'version must be integer'],
    ['a field that is missing', alter(event, (message) => ({ ...message, data: {} })), "(data) must have required property 'itemId'"],
    ['a field that nobody released', withData(event, { colour: 'red' }), 'must NOT have additional properties: colour'],
    [
      'a type that nobody released',
      alter(event, (message) => ({ ...message, type: 'catalog.item.sung.v1' })),
      'is of a type that is not released',
    ],
    [
      'an envelope with a field of its own',
      alter(event, (message) => ({ ...message, tenant: 'x' })),
      'must NOT have additional properties: tenant',
    ],
    ['a publisher that does not own it', alter(event, (message) => ({ ...message, source: '/torii/jobs' })), 'published by catalog only'],
    [
      'a retired version',
      alter(event, (message) => ({ ...message, type: 'catalog.item.changed.v1' })),
      'catalog.item.changed.v2 is written in its place',
    ],
    ['no JSON', '{', 'is no JSON object'],
  ])('notices %s', async (_what, body, fault) => {
    await broker.publish(topicArn, body);
    expect(() => watch.assertContracts()).toThrow(fault);
  });

  it('notices a command that breaks its contract, by its queue', async () => {
    await broker.send(queueArn, withData(command, { attempt: 0 }));
    expect(() => watch.assertContracts()).toThrow(`${QUEUE}: jobs.run-import-slice.v1`);
  });

  it('looks into the bucket for data that was too large', async () => {
    const claim = (data: object): string => {
      broker.objects.putObject('messages', 'claims/1.json', Buffer.from(JSON.stringify(data)));
      return alter(event, ({ data: _data, ...message }) => ({ ...message, dataref: 's3://messages/claims/1.json' }));
    };
    const { data } = JSON.parse(event) as Message;
    await broker.publish(topicArn, claim(data));
    expect(() => watch.assertContracts()).not.toThrow();
    await broker.publish(topicArn, claim({ ...data, sku: null }));
    expect(() => watch.assertContracts()).toThrow('sku must be string');
    await broker.publish(topicArn, claim(data).replace('1.json', '2.json'));
    expect(() => watch.assertContracts()).toThrow('its data is not at s3://messages/claims/2.json');
  });

  it('leaves alone what a test sends itself', async () => {
    watch.exempt('{');
    await broker.send(queueArn, '{');
    expect(watch.count).toBe(0);
    expect(() => watch.assertContracts()).not.toThrow();
  });

  it('has golden examples of every message that a queue may bring, retired versions too', () => {
    const types = new Set(listGoldenExamples('jobs-projection-events').map(({ type }) => type));
    expect(types).toEqual(
      new Set([
        'catalog.item.created.v1',
        'catalog.item.created.v2',
        'catalog.item.changed.v1',
        'catalog.item.changed.v2',
        'catalog.item.deleted.v1',
      ]),
    );
  });
});
