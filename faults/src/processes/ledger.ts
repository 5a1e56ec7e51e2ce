import { setTimeout as delay } from 'node:timers/promises';
import {
  connectDatabase,
  createClaimCheck,
  createConsumer,
  createLogger,
  createOutbox,
  createRelay,
  createSqsClient,
  type HandlerContext,
  ServiceError,
} from '@torii/chassis';
import type { Envelope, Handlers } from '@torii/contracts';
import { readServiceParts } from '@torii/testing';
import { QueryTypes } from 'sequelize';
import { z } from 'zod';
import { LEDGER_MAX_ATTEMPTS, VISIBILITY_SECONDS } from '../platform/names.ts';
import { serveParent, toldToStart } from './serve-parent.ts';
import { consumerFailpoints } from './steps.ts';

// A subscriber whose effect is not idempotent: it counts. What the chassis lets through twice is counted twice, in the transaction of the inbox.

await toldToStart();
const { env, secretReader } = readServiceParts();
const settings = z
  .object({
    DATABASE_SECRET_ARN: z.string(),
    DATABASE_HOST: z.string(),
    DATABASE_PORT: z.coerce.number(),
    LEDGER_QUEUE_URL: z.url(),
    MESSAGES_BUCKET: z.string(),
  })
  .parse(env);
const logger = createLogger({ serviceName: 'ledger', level: 'warn' });
const database = await connectDatabase({
  secretArn: settings.DATABASE_SECRET_ARN,
  host: settings.DATABASE_HOST,
  port: settings.DATABASE_PORT,
  name: 'ledger',
  secretReader,
});
const claims = createClaimCheck({ bucket: settings.MESSAGES_BUCKET });
const sqs = createSqsClient();

/** One batch that is slow must leave others to take what comes again; so none shares its transaction, as on most queues. The copy of the catalog has a queue where they do. */
const QUEUE_SETTINGS = { concurrency: 4, sharesTransactions: false };

/** What the name of an item asks of this consumer. */
const WISHES = {
  /** Slower than the visibility timeout. */
  slow: (VISIBILITY_SECONDS + 1) * 1000,
  /** Can never succeed. */
  refused: 'refused-by-ledger',
  /** Fails as a bug does. */
  broken: 'broken-in-ledger',
} as const;

const itemData = z.object({ itemId: z.string(), version: z.number(), name: z.string().optional() });

async function count(message: Envelope, { tx }: HandlerContext): Promise<void> {
  const { itemId, version, name = '' } = itemData.parse(message.data);
  // First, before this message holds a row that others want.
  await obeyWish(name);
  const write = (sql: string, values: readonly unknown[]): Promise<unknown> =>
    database.sequelize.query(sql, { transaction: tx, replacements: [...values], type: QueryTypes.INSERT });
  await write(
    'INSERT INTO effects (message_id, item_id, version, type, effects) VALUES (?, ?, ?, ?, 1) ON DUPLICATE KEY UPDATE effects = effects + 1',
    [message.id, itemId, version, message.type],
  );
  // The last version wins, whichever arrives last.
  await write(
    `INSERT INTO states (item_id, version, name) VALUES (?, ?, ?)
     ON DUPLICATE KEY UPDATE name = IF(VALUES(version) > version, VALUES(name), name), version = GREATEST(version, VALUES(version))`,
    [itemId, version, name],
  );
}

async function obeyWish(name: string): Promise<void> {
  if (name.startsWith('slow ')) await delay(WISHES.slow);
  if (name.startsWith('refused '))
    throw new ServiceError({
      code: 'REFUSED_BY_LEDGER',
      kind: 'invalid',
      message: `The item cannot be counted: its name asks for it (${WISHES.refused}).`,
    });
  if (name.startsWith('broken ')) throw new Error(`The item cannot be counted: ${WISHES.broken}.`);
}

const handlers: Handlers<'jobs-projection', HandlerContext> = {
  'catalog.item.created.v2': count,
  'catalog.item.changed.v2': count,
  'catalog.item.deleted.v1': count,
  'jobs.empty-projection.v1': async () => undefined,
  'jobs.projection-rebuilt.v1': async () => undefined,
};
// For the build that does not know v2 yet (forget-new-version.ts); in today's, v1 never arrives here under its own name.
Object.assign(handlers, { 'catalog.item.changed.v1': count });
const consumer = createConsumer({
  consumer: 'jobs-projection',
  queue: 'jobs-projection-events',
  queueUrl: settings.LEDGER_QUEUE_URL,
  sqs,
  claims,
  handlers,
  database,
  logger,
  settings: { visibilityTimeoutSeconds: VISIBILITY_SECONDS, ...QUEUE_SETTINGS },
  maxAttempts: LEDGER_MAX_ATTEMPTS,
  waitTimeSeconds: 1,
  failpoints: consumerFailpoints,
  gate: undefined,
});
// It has nothing to publish: a relay prunes the inbox of its schema when it begins to lead.
const relay = createRelay({ outbox: createOutbox({ publisher: 'jobs', database, logger }), database, claims, logger });
relay.start();
await consumer.start();
process.once('SIGTERM', () => {
  void Promise.all([consumer.stop(), relay.stop()]).then(() => process.exit(0));
});
serveParent({});
