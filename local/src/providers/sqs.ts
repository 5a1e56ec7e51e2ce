// AWS::SQS. Queues live in the broker: attributes change in place, messages survive restarts and unrelated changes.
// Policies are noted only: whoever reaches loopback may send, and there is no TLS for `aws:SecureTransport` to ask for.
import type { Broker, TextAttributes } from '../fauxqs/broker.ts';
import type { LocalContext, Properties, Provider, ResourceHandler } from '../provider.ts';
import { flagOf, textOf } from '../read-value.ts';
import type { MetricSource } from './cloudwatch/metrics.ts';

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
export function createQueueMetrics(broker: Pick<Broker, 'queues'>): MetricSource {
  return {
    read: ({ namespace, name, dimensions }, now) => {
      const queue = namespace === 'AWS/SQS' ? broker.queues.queuesByName.get(dimensions['QueueName'] ?? '') : undefined;
      if (queue === undefined) return undefined;
      if (name === 'ApproximateNumberOfMessagesVisible') return Number(queue.getAttribute('ApproximateNumberOfMessages'));
      if (name === 'ApproximateNumberOfMessagesNotVisible') return Number(queue.getAttribute('ApproximateNumberOfMessagesNotVisible'));
      if (name !== 'ApproximateAgeOfOldestMessage') return undefined;
      const oldest = Math.min(now.getTime(), ...queue.messages.slice(0, 1).map((message) => message.sentTimestamp));
      return (now.getTime() - oldest) / 1000;
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
