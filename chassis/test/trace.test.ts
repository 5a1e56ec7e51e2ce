import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InMemorySpanExporter, type ReadableSpan } from '@opentelemetry/sdk-trace';
import { createTestClient, waitFor } from '@torii/testing';
import {
  type Cache,
  connectCache,
  createHttpServer,
  createLogger,
  createQueueLambda,
  createSqsClient,
  defineRoute,
  startTelemetry,
} from '../src/index.ts';
import { type Harness, createHarness, deletedItem } from './messaging-harness.ts';

const exporter = new InMemorySpanExporter();
const telemetry = startTelemetry({
  serviceName: 'chassis',
  environment: 'test',
  otlpEndpoint: 'http://127.0.0.1:1',
  samplingRatio: 1,
  exporter,
});
const logger = createLogger({ serviceName: 'chassis', destination: { write: () => {} } });
let harness: Harness;
let cache: Cache;

beforeAll(async () => {
  harness = await createHarness();
  const { cacheConfig, secretReader } = harness.schema.environment;
  cache = await connectCache({
    host: cacheConfig.cacheHost,
    port: cacheConfig.cachePort,
    secretArn: cacheConfig.cacheSecretArn,
    secretReader,
    logger,
    prefix: 'trace:',
  });
});
afterAll(async () => {
  await cache.close();
  await harness.stop();
  await telemetry.shutdown();
});

const isChild = (span: ReadableSpan, parent: ReadableSpan | undefined) => span.parentSpanContext?.spanId === parent?.spanContext().spanId;

describe('one trace', () => {
  it('crosses HTTP, MariaDB, Redis, the outbox, SNS, SQS, the handler and a Lambda function', async () => {
    const outbox = harness.outbox('identity');
    const { userId } = { userId: deletedItem(1).ownerId };
    const route = defineRoute({
      method: 'POST',
      path: '/people/:id/removal',
      auth: 'none',
      handle: async () => {
        await cache.getOrLoad('person', 60, async () => ({ name: 'Ada' }));
        await harness.database.transaction(async (tx) => {
          await outbox.publish(tx, {
            type: 'identity.user.deleted.v1',
            aggregateId: userId,
            aggregateVersion: 2,
            data: { userId, deletedAt: '2026-01-01T00:00:00Z' },
          });
          await outbox.send(tx, { type: 'identity.remove-account.v1', aggregateId: userId, data: { userId } });
        });
        return { status: 204 };
      },
    });
    const server = createHttpServer({ logger, port: 0, host: '127.0.0.1', routes: [route] });
    const { port } = await server.start();
    harness.relay(outbox).start();
    const effects: string[] = [];
    const consumer = harness.consumer({ 'identity.user.deleted.v1': async (message) => void effects.push(message.type) });
    await consumer.start();

    const traceId = '68e1a2b3c4d5e6f708192a3b4c5d6e7f';
    const headers = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
    await createTestClient(`http://127.0.0.1:${port}`).request('POST', '/people/1/removal', { headers });
    await waitFor(() => effects.length === 1);
    await invokeLambda();
    await consumer.stop();
    await server.stop();

    const spans = exporter.getFinishedSpans().filter((span) => span.spanContext().traceId === traceId);
    const find = (name: string) => spans.find((span) => span.name === name);
    const http = find('POST /people/:id/removal');
    expect(http?.parentSpanContext?.spanId).toBe('00f067aa0ba902b7');
    expect(spans.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'Redis GET',
        'Redis SET',
        'transaction',
        'SQL INSERT',
        'SQL INSERT COMMIT',
        'publish identity.user.deleted.v1',
        'handle identity.user.deleted.v1',
        'publish identity.remove-account.v1',
        'worker',
        'handle identity.remove-account.v1',
      ]),
    );
    const redis = find('Redis GET');
    expect(redis !== undefined && isChild(redis, http)).toBe(true);
    const inserts = spans.filter(({ name }) => name.startsWith('SQL INSERT'));
    expect(inserts.some((span) => isChild(span, find('transaction')))).toBe(true);
  });

  it('has ids that X-Ray accepts', async () => {
    const root = exporter.getFinishedSpans().find((span) => span.parentSpanContext === undefined);
    const seconds = Number.parseInt(root?.spanContext().traceId.slice(0, 8) ?? '0', 16);
    expect(Math.abs(seconds - Date.now() / 1000)).toBeLessThan(60);
  });
});

/** Takes the command from the queue and hands it to a function, as an event source mapping does. */
async function invokeLambda(): Promise<void> {
  const queueUrl = harness.broker.queueUrl('identity-commands');
  const [message] = await harness.broker.receiveAll(queueUrl, 1);
  const handled: string[] = [];
  const handler = createQueueLambda({
    name: 'worker',
    consumer: 'identity',
    queueUrl,
    sqs: createSqsClient(),
    claims: harness.claims,
    database: harness.database,
    logger,
    telemetry,
    handlers: {
      'identity.register-user.v1': async () => {},
      'identity.remove-account.v1': async ({ type }) => void handled.push(type),
    },
  });
  const attributes = Object.entries(message?.MessageAttributes ?? {}).map(
    ([name, { StringValue = '' }]) => [name, { dataType: 'String', stringValue: StringValue }] as const,
  );
  const record = {
    messageId: message?.MessageId ?? '',
    receiptHandle: message?.ReceiptHandle ?? '',
    body: message?.Body ?? '',
    attributes: { ApproximateReceiveCount: '1' },
    messageAttributes: Object.fromEntries(attributes),
  };
  const context = { awsRequestId: 'request-1', getRemainingTimeInMillis: () => 30_000 };
  expect(await handler({ Records: [record, { ...record, messageId: 'again' }] }, context)).toEqual({ batchItemFailures: [] });
  expect(handled).toHaveLength(1);
}
