// AWS::SNS. Topics and their subscriptions live in the broker, which delivers to queues; e-mail goes to the inbox, streams keep records
// before the publisher is answered.
import type { Broker, TextAttributes } from '../fauxqs/broker.ts';
import type { MailDelivery, Properties, Provider, ResourceHandler } from '../provider.ts';
import { flagOf, recordsOf, requiredText, textOf } from '../read-value.ts';
import type { RecordDelivery } from './firehose/firehose.ts';

/** What can be delivered to on this machine. Another protocol fails the start: silence would look like delivery. */
const PROTOCOLS = ['sqs', 'email', 'email-json', 'firehose'] as const;

export function createSnsProvider(broker: Broker, mail: MailDelivery, streams: RecordDelivery): Provider {
  broker.onPublish(({ topicArn, body }) => {
    for (const streamArn of broker.listEndpoints(topicArn, 'firehose')) streams.putRecord(streamArn, body);
    for (const to of broker.listEndpoints(topicArn, 'email')) mail.deliver({ to, subject: 'AWS Notification Message', text: body });
    for (const to of broker.listEndpoints(topicArn, 'email-json'))
      mail.deliver({ to, subject: 'AWS Notification Message', text: JSON.stringify({ TopicArn: topicArn, Message: body }) });
  });
  const topicPolicy: ResourceHandler = {
    apply: async ({ generatedName }) => ({ physicalId: generatedName, attributes: { Id: generatedName } }),
  };
  return {
    types: {
      'AWS::SNS::Topic': topicHandler(broker),
      'AWS::SNS::Subscription': subscriptionHandler(broker),
      'AWS::SNS::TopicPolicy': topicPolicy,
      'AWS::SNS::TopicInlinePolicy': topicPolicy,
    },
  };
}

function topicHandler(broker: Broker): ResourceHandler {
  return {
    replacedBy: ['TopicName', 'FifoTopic'],
    apply: async ({ properties, generatedName }) => {
      const name = textOf(properties['TopicName']) ?? (flagOf(properties['FifoTopic']) === true ? `${generatedName}.fifo` : generatedName);
      const { arn } = broker.ensureTopic(name, topicAttributes(properties));
      for (const subscription of recordsOf(properties['Subscription']))
        broker.ensureSubscription({
          topicArn: arn,
          protocol: requiredProtocol(subscription),
          endpoint: requiredText(subscription, 'Endpoint'),
          attributes: {},
        });
      return { physicalId: arn, attributes: { TopicArn: arn, TopicName: name } };
    },
    remove: async ({ physicalId }) => broker.removeTopic(physicalId),
  };
}

function subscriptionHandler(broker: Broker): ResourceHandler {
  return {
    replacedBy: ['TopicArn', 'Protocol', 'Endpoint'],
    apply: async ({ properties }) => {
      const protocol = requiredProtocol(properties);
      if (protocol === 'firehose') assertWhole(properties);
      const { arn } = broker.ensureSubscription({
        topicArn: requiredText(properties, 'TopicArn'),
        protocol,
        endpoint: requiredText(properties, 'Endpoint'),
        attributes: subscriptionAttributes(properties),
      });
      return { physicalId: arn, attributes: { Arn: arn } };
    },
    remove: async ({ physicalId }) => broker.removeSubscription(physicalId),
  };
}

function topicAttributes(properties: Properties): TextAttributes {
  return Object.fromEntries(
    ['DisplayName', 'KmsMasterKeyId', 'FifoTopic', 'ContentBasedDeduplication'].flatMap((name) => {
      const value = textOf(properties[name]);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function subscriptionAttributes(properties: Properties): TextAttributes {
  const scope = textOf(properties['FilterPolicyScope']);
  const { FilterPolicy: filterPolicy, RedrivePolicy: redrivePolicy } = properties;
  return {
    RawMessageDelivery: String(flagOf(properties['RawMessageDelivery']) === true),
    ...(filterPolicy !== undefined && { FilterPolicy: JSON.stringify(filterPolicy) }),
    ...(scope !== undefined && { FilterPolicyScope: scope }),
    ...(redrivePolicy !== undefined && { RedrivePolicy: JSON.stringify(redrivePolicy) }),
  };
}

function requiredProtocol(properties: Properties): (typeof PROTOCOLS)[number] {
  const wanted = requiredText(properties, 'Protocol');
  const protocol = PROTOCOLS.find((known) => known === wanted);
  if (protocol === undefined)
    throw new Error(`A topic cannot deliver by ${wanted}: on this machine it delivers by ${PROTOCOLS.join(', ')}`);
  return protocol;
}

/** What streams are given on this machine: every message, as it was published. */
function assertWhole(properties: Properties): void {
  const isRaw = flagOf(properties['RawMessageDelivery']) === true;
  if (!isRaw || properties['FilterPolicy'] !== undefined)
    throw new Error('A topic cannot deliver to a stream with a filter or without RawMessageDelivery on this machine');
}
