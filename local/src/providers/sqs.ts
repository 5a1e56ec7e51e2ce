// AWS::SQS. Queues live in the broker: attributes change in place, messages survive restarts and unrelated changes.
// Policies are noted only: whoever reaches loopback may send, and there is no TLS for `aws:SecureTransport` to ask for.
import type { Broker, TextAttributes } from '../fauxqs/broker.ts';
import type { LocalContext, Properties, Provider, ResourceHandler } from '../provider.ts';
import { flagOf, textOf } from '../read-value.ts';
import type { QueueMetrics } from './cloudwatch/alarms.ts';

const TEXT_ATTRIBUTES = [
  'DelaySeconds',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'VisibilityTimeout',
  'KmsMasterKeyId',
  'FifoQueue',
  'ContentBasedDeduplication',
] as const;
const JSON_ATTRIBUTES = ['RedrivePolicy', 'RedriveAllowPolicy'] as const;

export function createSqsProvider(broker: Broker, context: Pick<LocalContext, 'log'>): Provider {
  const queue: ResourceHandler = {
    replacedBy: ['QueueName', 'FifoQueue'],
    apply: async ({ properties, generatedName }) => {
      const { arn, url } = broker.ensureQueue(queueName(properties, generatedName), queueAttributes(properties));
      return { physicalId: url, attributes: { Arn: arn, QueueName: arn.slice(arn.lastIndexOf(':') + 1), QueueUrl: url } };
    },
    remove: async ({ attributes, logicalId }) => {
      const arn = String(attributes['Arn']);
      if (!broker.removeQueue(arn))
        context.log('warn', `Queue ${logicalId} is kept: the template has it no more, but it holds messages`, { arn });
    },
  };
  const queuePolicy: ResourceHandler = {
    apply: async ({ generatedName }) => ({ physicalId: generatedName, attributes: { Id: generatedName } }),
  };
  return {
    types: { 'AWS::SQS::Queue': queue, 'AWS::SQS::QueuePolicy': queuePolicy, 'AWS::SQS::QueueInlinePolicy': queuePolicy },
    stop: () => broker.stop(),
  };
}

/** What CloudWatch knows of queues, for its alarms. */
export function createQueueMetrics(broker: Pick<Broker, 'queues'>): QueueMetrics {
  return {
    read: (queueName, metric) => {
      const queue = broker.queues.queuesByName.get(queueName);
      if (queue === undefined) return undefined;
      if (metric === 'ApproximateNumberOfMessagesVisible') return queue.messages.length;
      if (metric === 'ApproximateNumberOfMessagesNotVisible') return queue.inflightMessages.size;
      if (metric !== 'ApproximateAgeOfOldestMessage') return undefined;
      const oldest = Math.min(Date.now(), ...queue.messages.slice(0, 1).map((message) => message.sentTimestamp));
      return (Date.now() - oldest) / 1000;
    },
  };
}

function queueName(properties: Properties, generatedName: string): string {
  return textOf(properties['QueueName']) ?? (flagOf(properties['FifoQueue']) === true ? `${generatedName}.fifo` : generatedName);
}

function queueAttributes(properties: Properties): TextAttributes {
  const texts = TEXT_ATTRIBUTES.flatMap((name) => {
    const value = textOf(properties[name]);
    return value === undefined ? [] : [[name, value] as const];
  });
  const documents = JSON_ATTRIBUTES.flatMap((name) =>
    properties[name] === undefined ? [] : [[name, JSON.stringify(properties[name])] as const],
  );
  return Object.fromEntries([...texts, ...documents]);
}
