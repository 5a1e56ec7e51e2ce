import { Duration } from 'aws-cdk-lib';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { FilterPattern, type LogGroup } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { AlarmTopic } from '../observability/alarm-topic.ts';
import { asInterface } from '../as-interface.ts';
import { RunbookAlarm } from '../observability/runbook-alarm.ts';

export interface TrailAlarmsProps {
  /** Events of the trail, as JSON. */
  readonly logGroup: LogGroup;
  /** Of the topic. */
  readonly encryptionKey: Key;
  /** Who hears of it. */
  readonly email: string;
}

/** A root user signed in or called something; what AWS does in its name is no event of a person. */
const BY_ROOT_USER = '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }';
/** The guardrails or the trail were changed, or somebody tried to. Deployments of these stacks ring too, as they should. */
const ON_GUARDRAILS = `{ ${[
  anyOf('organizations.amazonaws.com', [
    'UpdatePolicy',
    'DeletePolicy',
    'DetachPolicy',
    'DisablePolicyType',
    'LeaveOrganization',
    'RemoveAccountFromOrganization',
  ]),
  anyOf('cloudtrail.amazonaws.com', ['StopLogging', 'UpdateTrail', 'DeleteTrail', 'PutEventSelectors']),
].join(' || ')} }`;

/** What should never happen, or never unannounced. */
export class TrailAlarms extends Construct {
  constructor(scope: Construct, id: string, props: TrailAlarmsProps) {
    super(scope, id);
    const { encryptionKey, email } = props;
    const topic = new AlarmTopic(this, 'Topic', { encryptionKey, email });
    const shared = { threshold: 0, periods: 1, topic: asInterface<ITopic>(topic) };
    new RunbookAlarm(this, 'RootUser', {
      ...shared,
      metric: count(props.logGroup, 'RootUserEvents', BY_ROOT_USER),
      problem: 'A root user was at work',
      article: 'root-user-was-used',
    });
    new RunbookAlarm(this, 'Guardrails', {
      ...shared,
      metric: count(props.logGroup, 'GuardrailEvents', ON_GUARDRAILS),
      problem: "Somebody changed the organization's guardrails or its trail, or tried to",
      article: 'guardrails-were-changed',
    });
  }
}

/** Events of the pattern, in five minutes. */
function count(logGroup: LogGroup, metricName: string, pattern: string) {
  const filter = logGroup.addMetricFilter(metricName, {
    metricNamespace: 'Torii/Organization',
    metricName,
    filterPattern: FilterPattern.literal(pattern),
  });
  return filter.metric({ statistic: 'Sum', period: Duration.minutes(5) });
}

function anyOf(source: string, events: readonly string[]): string {
  return `($.eventSource = "${source}" && (${events.map((event) => `$.eventName = "${event}"`).join(' || ')}))`;
}
