import { listQueues, queueUrlVariable, type Consumer, type Publisher, type QueueTopology } from '@torii/contracts';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import { getQueue, type ConsumerQueue, type ConsumerQueues } from '../messaging/consumer-queue.ts';
import type { DatabaseSchema } from '../data/database-schema.ts';
import type { Database } from '../data/database.ts';
import type { MessagesBucket } from '../messaging/messages-bucket.ts';

export interface PublisherWiringProps {
  /** The publisher whose database is used, and who sends the commands. */
  readonly publisher: Publisher;
  /** What takes messages in this process: the service itself and what runs inside it, or its worker. */
  readonly consumers: readonly Consumer[];
  readonly database: Database;
  readonly schema: DatabaseSchema;
  /** Connections that one such process has at most. */
  readonly databasePoolSize: number;
  readonly queues: ConsumerQueues;
  readonly messagesBucket: MessagesBucket;
}

/** What a process with an outbox and an inbox needs, in both forms: the variables that name it, and the permissions to use it. */
export interface PublisherWiring {
  readonly environment: Readonly<Record<string, string>>;
  /** What the process takes messages from. */
  readonly consumed: readonly ConsumerQueue[];
  grantTo(grantee: IGrantable & IConstruct): void;
}

/** Database, queues and claims of one process, after the topology. The topic is for the one process that runs the outbox relay. */
export function createPublisherWiring(props: PublisherWiringProps): PublisherWiring {
  const { publisher, consumers, database, schema, queues, messagesBucket } = props;
  const consumed = findQueues(queues, (queue) => consumers.includes(queue.consumer));
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
      ...(database.replicaHost !== undefined && { DATABASE_REPLICA_HOST: database.replicaHost }),
      DATABASE_NAME: schema.name,
      DATABASE_POOL_SIZE: String(props.databasePoolSize),
      MESSAGES_BUCKET: messagesBucket.bucketName,
      ...Object.fromEntries(queueUrls),
    },
    consumed,
    grantTo(grantee) {
      schema.secret.grantRead(grantee);
      for (const { queue } of sentTo) queue.grantSendMessages(grantee);
      for (const { queue, deadLetterQueue } of consumed) {
        queue.grantConsumeMessages(grantee);
        // Consumers move poison messages themselves, with the reason.
        deadLetterQueue.grantSendMessages(grantee);
      }
      messagesBucket.grantClaims(grantee, {
        publisher,
        receivesFrom: consumed.flatMap(({ topology }) => [...topology.publishers, ...topology.senders]),
      });
    },
  };
}

function findQueues(queues: ConsumerQueues, isWanted: (queue: QueueTopology) => boolean): readonly ConsumerQueue[] {
  return listQueues()
    .filter(isWanted)
    .map(({ name }) => getQueue(queues, name));
}
