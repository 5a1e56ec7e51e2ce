import { createConsumer, createSqsClient, type Database, type HandlerContext } from '@torii/chassis';
import type { Handlers } from '@torii/contracts';
import { claims, logger } from './connect.ts';

export const sqs = createSqsClient();

interface ToriiConsumerInit {
  readonly database: Database;
  readonly queueUrl: string;
  /** Called when the transaction of a message has committed: its inbox row and its effect are there. */
  readonly markHandled: (messageId: string) => void;
}

/** The consumer of the chassis with its inbox, set up as the catalog's is; only the handler does nothing. @returns how to stop it */
export async function startToriiConsumer({ database, queueUrl, markHandled }: ToriiConsumerInit): Promise<() => Promise<void>> {
  const handlers: Handlers<'catalog', HandlerContext> = {
    'catalog.item.changed.v2': async ({ id }, { tx }) => {
      tx.afterCommit(() => markHandled(id));
    },
    'catalog.item.deleted.v1': async () => {},
    'identity.user.deleted.v1': async () => {},
    'catalog.apply-import-batch.v1': async () => {},
  };
  const consumer = createConsumer({
    consumer: 'catalog',
    queue: 'catalog-events',
    queueUrl,
    sqs,
    claims,
    handlers,
    database,
    logger,
    waitTimeSeconds: 1,
    gate: undefined,
  });
  await consumer.start();
  return consumer.stop;
}
