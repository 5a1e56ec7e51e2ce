// A deployment, as queues see it: old and new tasks beside each other, a real queue and database between them, and a parameter that says
// whose consumers may take messages. That both understand each other's messages is what contracts are for; the faults' row
// old-and-new-versions holds two versions of a contract to it.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '@torii/testing';
import { type ConsumerGate, createConsumerGate, type QueueConsumer } from '../src/index.ts';
import { type Harness, createHarness, envelopeOf } from './messaging-harness.ts';

const OLD = '0000000000000000000000000000000000000001';
const NEW = '0000000000000000000000000000000000000002';
/** Longer than two polls of the queue and twenty of the parameter. */
const A_WHILE_MS = 2_500;
const POLL_MS = 100;

let harness: Harness;
let ssm: Server;
/** The parameter's value; undefined when there is no such parameter. */
let released: string | undefined;
/** Which release handled which message. */
let handled: { readonly release: string; readonly id: string }[];
let gates: ConsumerGate[];

beforeEach(async () => {
  harness = await createHarness();
  [handled, gates] = [[], []];
  ssm = createServer((_request, response) => {
    response.statusCode = released === undefined ? 400 : 200;
    response.end(JSON.stringify(released === undefined ? { __type: 'ParameterNotFound' } : { Parameter: { Value: released } }));
  });
  await new Promise<void>((resolve) => ssm.listen(0, '127.0.0.1', resolve));
  process.env['AWS_ENDPOINT_URL_SSM'] = `http://127.0.0.1:${parseAddress(ssm.address()).port}`;
});
afterEach(async () => {
  for (const gate of gates) gate.close();
  await harness.stop();
  delete process.env['AWS_ENDPOINT_URL_SSM'];
  ssm.closeAllConnections();
  await new Promise((resolve) => ssm.close(resolve));
});

function parseAddress(address: unknown): AddressInfo {
  return address as AddressInfo;
}

/** A task of a release, with a handler that notes who had the message. */
async function startTask(release: string, patienceMs?: number): Promise<QueueConsumer> {
  const gate = createConsumerGate({
    release,
    releaseParameter: '/torii/test/catalog/released',
    logger: harness.logger,
    pollMs: POLL_MS,
    ...(patienceMs === undefined ? {} : { patienceMs }),
  });
  gates.push(gate);
  const note = async ({ id }: { readonly id: string }): Promise<void> => void handled.push({ release, id });
  const consumer = harness.consumer({ 'catalog.item.deleted.v1': note }, { gate });
  await consumer.start();
  return consumer;
}

async function send(...ids: readonly string[]): Promise<void> {
  const QueueUrl = harness.broker.queueUrl('catalog-events');
  for (const id of ids) await harness.broker.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: envelopeOf(id) }));
}

const releasesOf = (...ids: readonly string[]) => new Set(handled.filter(({ id }) => ids.includes(id)).map(({ release }) => release));

describe('consumers of a new release', () => {
  it('take nothing until the smoke test has let them in, and the old ones take everything', async () => {
    released = OLD;
    const blue = await startTask(OLD);
    await startTask(NEW);
    await send('a', 'b', 'c');
    await waitFor(() => handled.length === 3);
    await delay(A_WHILE_MS);
    expect(releasesOf('a', 'b', 'c')).toEqual(new Set([OLD]));

    released = NEW;
    await waitFor(() => harness.logs.some(({ msg, release }) => msg === 'release is let in: consumers start' && release === NEW));
    await blue.stop();
    await send('d');
    await waitFor(() => handled.length === 4);
    expect(releasesOf('d')).toEqual(new Set([NEW]));
  });

  it('share a queue with the old ones once they are in, and every message takes effect once', async () => {
    released = NEW;
    await Promise.all([startTask(OLD, 0), startTask(NEW)]);
    const ids = Array.from({ length: 40 }, (_, index) => `m${index}`);
    await send(...ids);
    await waitFor(() => handled.length >= ids.length);
    expect(handled.map(({ id }) => id).toSorted()).toEqual([...ids].toSorted());
  });

  it('wait while there is no such parameter, and begin by themselves when nobody lets them in', async () => {
    released = undefined;
    await startTask(NEW, A_WHILE_MS);
    await send('a');
    await delay(A_WHILE_MS / 2);
    expect(handled).toEqual([]);
    await waitFor(() => handled.length === 1);
  });

  it('can be stopped while they wait', async () => {
    released = OLD;
    const green = await startTask(NEW);
    await send('a');
    await green.stop();
    released = NEW;
    await delay(POLL_MS * 5);
    expect(handled).toEqual([]);
  });

  it('find out at their start that their queue is missing, before anybody lets them in', async () => {
    released = OLD;
    const gate = createConsumerGate({ release: NEW, releaseParameter: '/torii/test/catalog/released', logger: harness.logger });
    const consumer = harness.consumer({}, { gate, queueUrl: `${harness.broker.queueUrl('catalog-events')}-gone` });
    await expect(consumer.start()).rejects.toThrow();
  });
});
