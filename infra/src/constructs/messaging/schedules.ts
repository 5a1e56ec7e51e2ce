import { type CommandContract, commands, type QueueName } from '@torii/contracts';
import { Duration, Validations } from 'aws-cdk-lib';
import { EventField, Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption, type IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { asInterface } from '../as-interface.ts';
import { getQueue, type ConsumerQueues } from './consumer-queue.ts';
import { RunbookAlarm } from '../observability/runbook-alarm.ts';

export interface SchedulesProps {
  readonly queues: ConsumerQueues;
  /** `<application>-<environment>`, before the name of the dead-letter queue. */
  readonly namePrefix: string;
  /** Of the queues, which EventBridge is let into. */
  readonly encryptionKey: IKey;
  readonly alarmTopic: ITopic;
}

/** A later night brings the next one, so nothing is tried for longer than this. */
const MAX_EVENT_AGE = Duration.hours(12);

/**
 * The commands that the topology has EventBridge send, each by a rule on the default bus straight to its owner's queue. The rule writes the
 * whole envelope: the id of its event is the message's id, so what EventBridge delivers twice takes effect once.
 */
export class Schedules extends Construct {
  constructor(scope: Construct, id: string, props: SchedulesProps) {
    super(scope, id);
    const deadLetterQueue = this.#createDeadLetterQueue(props);
    for (const [type, { owner, schedule }] of Object.entries<CommandContract>(commands)) {
      if (schedule === undefined) continue;
      const name: QueueName = `${owner}-commands`;
      new Rule(this, type, {
        description: `Sends ${type} to ${name}`,
        schedule: Schedule.expression(schedule.cron),
        targets: [
          new SqsQueue(asInterface<IQueue>(getQueue(props.queues, name).queue), {
            message: RuleTargetInput.fromObject(composeEnvelope(type, schedule.data)),
            deadLetterQueue: asInterface<IQueue>(deadLetterQueue),
            maxEventAge: MAX_EVENT_AGE,
          }),
        ],
      });
    }
  }

  /** Of the rules, not of a queue: it holds EventBridge's events, which no consumer can take. */
  #createDeadLetterQueue({ namePrefix, encryptionKey, alarmTopic }: SchedulesProps): Queue {
    const queue = new Queue(this, 'DeadLetters', {
      // Named as the other dead-letter queues are, and looked for in the same places.
      queueName: `${namePrefix}-schedules-dlq`,
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: encryptionKey,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    Validations.of(queue).acknowledge({ id: 'AwsSolutions-SQS3', reason: 'It is a dead-letter queue itself, of rules.' });
    new RunbookAlarm(this, 'Depth', {
      metric: queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1) }),
      threshold: 0,
      periods: 1,
      problem: 'EventBridge could not bring scheduled commands to their queues',
      article: 'dead-letters-arrived',
      topic: alarmTopic,
    });
    return queue;
  }
}

/** CloudEvents, as contracts' `envelope` has it; EventBridge fills in id and time. */
function composeEnvelope(type: string, data: unknown): object {
  return {
    specversion: '1.0',
    id: EventField.eventId,
    source: '/torii/schedule',
    type,
    subject: type,
    time: EventField.time,
    datacontenttype: 'application/json',
    data,
  };
}
