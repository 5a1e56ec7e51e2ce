import { Alarm, ComparisonOperator, TreatMissingData, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct, IConstruct } from 'constructs';

/** Headings of docs/runbook.md, as the anchors they make. */
export type RunbookArticle =
  | 'queue-is-behind'
  | 'dead-letters-arrived'
  | 'outbox-is-behind'
  | 'archive-is-behind'
  | 'log-lake-is-behind'
  | 'service-fails'
  | 'service-is-slow'
  | 'service-has-no-healthy-task'
  | 'service-is-overloaded'
  | 'function-fails'
  | 'function-is-at-its-limits'
  | 'jobs-fail'
  | 'events-are-not-delivered'
  | 'load-balancer-fails'
  | 'api-fails'
  | 'api-is-slow'
  | 'edge-fails'
  | 'database-is-overloaded'
  | 'database-runs-out-of-space'
  | 'replica-is-behind'
  | 'cache-is-overloaded'
  | 'certificate-expires'
  | 'budget-is-exceeded'
  | 'deployment-was-rolled-back'
  | 'root-user-was-used'
  | 'guardrails-were-changed';

export interface RunbookAlarmProps {
  readonly metric: IMetric;
  /** The alarm rings above this value, or below it. */
  readonly threshold: number;
  /** On which side of the threshold the trouble is. @default 'above' */
  readonly rings?: 'above' | 'below';
  /** Periods of the metric, all of them beyond the threshold, until it rings. */
  readonly periods: number;
  /** True when silence is the trouble: a metric without data rings too. @default false */
  readonly ringsInSilence?: boolean;
  /** What is the matter, in one sentence without its full stop. */
  readonly problem: string;
  /** What to do about it. */
  readonly article: RunbookArticle;
  /** Who is told, of the beginning and of the end. */
  readonly topic: ITopic;
}

/** The alarms of a stack or of a construct, in the order in which they were made. */
export function findAlarms(scope: IConstruct): readonly RunbookAlarm[] {
  return scope.node.findAll().filter((construct) => construct instanceof RunbookAlarm);
}

/** An alarm that says what is wrong and where to read what to do. */
export class RunbookAlarm extends Alarm {
  readonly problem: string;
  readonly article: RunbookArticle;

  constructor(scope: Construct, id: string, props: RunbookAlarmProps) {
    super(scope, id, {
      metric: props.metric,
      threshold: props.threshold,
      evaluationPeriods: props.periods,
      comparisonOperator: props.rings === 'below' ? ComparisonOperator.LESS_THAN_THRESHOLD : ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: props.ringsInSilence === true ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
      alarmDescription: describeProblem(props),
    });
    this.problem = props.problem;
    this.article = props.article;
    const action = new SnsAction(props.topic);
    this.addAlarmAction(action);
    this.addOkAction(action);
  }
}

/** What people are told of a problem: what it is, and where to read what to do. */
export function describeProblem(props: Pick<RunbookAlarmProps, 'problem' | 'article'>): string {
  return `${props.problem}. Runbook: docs/runbook.md#${props.article}`;
}
