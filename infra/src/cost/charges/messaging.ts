import { textAt, valueAt, type Place } from '../../assembly/template.ts';
import { HOURS, type Charge, type Rule, type Surroundings } from './charge.ts';

/** Of an empty queue, one after the other, each of 20 s. */
const LONG_POLLS = (HOURS * 3600) / 20;
/** Lambda begins with five pollers for a queue and keeps them. */
const LAMBDA_POLLERS = 5;
/** Received, deleted, sent; SQS counts each call, and batches make it fewer. */
const REQUESTS_PER_MESSAGE = 3;
/** Firehose rounds each record up to 5 KiB. */
const GIB_PER_RECORD = (5 * 1024) / 1024 ** 3;

export const MESSAGING_RULES: Readonly<Record<string, Rule>> = {
  'AWS::SQS::Queue': chargeQueue,
  'AWS::Lambda::EventSourceMapping': ({ resource }) =>
    JSON.stringify(valueAt(resource.properties, 'EventSourceArn')).toLowerCase().includes('queue')
      ? [
          {
            price: 'sqs.requests',
            quantity: LONG_POLLS * LAMBDA_POLLERS,
            because: `${LAMBDA_POLLERS} pollers of Lambda, each 20 s at a time`,
          },
        ]
      : [],
  'AWS::SNS::Topic': ({ resource }, { usage, shareOf }) => [
    { price: 'sns.publishes', quantity: usage.messages * shareOf(resource), because: 'an equal part of all messages' },
  ],
  'AWS::SNS::Subscription': ({ resource }, { usage, find }) => {
    if (textAt(resource.properties, 'Protocol') !== 'firehose') return [];
    const archives = find('AWS::SNS::Subscription').filter((other) => textAt(other.resource.properties, 'Protocol') === 'firehose').length;
    return [{ price: 'sns.firehose-deliveries', quantity: usage.messages / archives, because: 'every event is archived' }];
  },
  'AWS::KinesisFirehose::DeliveryStream': ({ resource }, { usage, find, shareOf }) => {
    const logGiB = find('AWS::Logs::SubscriptionFilter').length > 0 ? usage.logGiB : 0;
    const because = `an equal part of all events, 5 KiB each${logGiB > 0 ? ', and of all logs' : ''}`;
    return [{ price: 'firehose.ingestion', quantity: (usage.messages * GIB_PER_RECORD + logGiB) * shareOf(resource), because }];
  },
  'AWS::Events::EventBus': ({ resource }, { usage, shareOf }) => [
    { price: 'eventbridge.custom-events', quantity: usage.messages * shareOf(resource), because: 'no more than there are messages' },
  ],
};

/** Nobody polls a dead-letter queue. */
function chargeQueue({ resource }: Place, { usage, find }: Surroundings): readonly Charge[] {
  const isPolled = (other: Place['resource']): boolean => valueAt(other.properties, 'RedrivePolicy') !== undefined;
  if (!isPolled(resource)) return [];
  const polled = find('AWS::SQS::Queue').filter((place) => isPolled(place.resource)).length;
  const requests = (usage.messages * usage.queuesPerMessage * REQUESTS_PER_MESSAGE) / polled;
  return [{ price: 'sqs.requests', quantity: LONG_POLLS + requests, because: 'one poller, 20 s at a time, and its part of all messages' }];
}
