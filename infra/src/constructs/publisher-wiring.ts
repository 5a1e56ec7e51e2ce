import { listQueues, queueUrlVariable, type Consumer, type Publisher, type QueueTopology } from '@torii/contracts';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { getQueue, type ConsumerQueue, type ConsumerQueues } from './consumer-queue.ts';
import type { DatabaseSchema } from './database-schema.ts';
import type { Database } from './database.ts';

export interface PublisherWiringProps {
  /** The publisher whose database is used, and who sends the commands. */
  readonly publisher: Publisher;
  /** The process that takes messages: the service itself, or its worker. */
  readonly consumer: Consumer;
  readonly database: Database;
  readonly schema: DatabaseSchema;
  readonly queues: ConsumerQueues;
}

/** What a process with an outbox and an inbox needs, in both forms: the variables that name it, and the permissions to use it. */
export interface PublisherWiring {
  readonly environment: Readonly<Record<string, string>>;
  grantTo(grantee: IGrantable): void;
}

/** Database and queues of one process, after the topology. The topic is for the one process that runs the outbox relay. */
export function createPublisherWiring(props: PublisherWiringProps): PublisherWiring {
  const { publisher, consumer, database, schema, queues } = props;
  const consumed = findQueues(queues, (queue) => queue.consumer === consumer);
  const sentTo = findQueues(queues, (queue) => queue.senders.includes(publisher));
  const queueUrls = [...consumed, ...sentTo].map((queue): [string, string] => [
    queueUrlVariable(queue.topology.name),
    queue.queue.queueUrl,
  ]);
  return {
    environment: {
      DATABASE_SECRET_ARN: schema.secret.secretArn,
      DATABASE_HOST: database.host,
      DATABASE_PORT: database.port,
      DATABASE_NAME: schema.name,
      ...Object.fromEntries(queueUrls),
    },
    grantTo(grantee) {
      schema.secret.grantRead(grantee);
      for (const { queue } of sentTo) queue.grantSendMessages(grantee);
      for (const { queue, deadLetterQueue } of consumed) {
        queue.grantConsumeMessages(grantee);
        // Consumers move poison messages themselves, with the reason.
        deadLetterQueue.grantSendMessages(grantee);
      }
    },
  };
}

function findQueues(queues: ConsumerQueues, isWanted: (queue: QueueTopology) => boolean): readonly ConsumerQueue[] {
  return listQueues()
    .filter(isWanted)
    .map(({ name }) => getQueue(queues, name));
}
