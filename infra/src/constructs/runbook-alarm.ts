import { Alarm, ComparisonOperator, TreatMissingData, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';

/** Headings of docs/runbook.md, as the anchors they make. */
export type RunbookArticle =
  | 'queue-is-behind'
  | 'dead-letters-arrived'
  | 'service-fails'
  | 'service-is-slow'
  | 'service-has-no-healthy-task'
  | 'function-fails';

export interface RunbookAlarmProps {
  readonly metric: IMetric;
  /** The alarm rings above this value. */
  readonly threshold: number;
  /** Periods of the metric, all of them above the threshold, until it rings. */
  readonly periods: number;
  /** What is the matter, in one sentence without its full stop. */
  readonly problem: string;
  /** What to do about it. */
  readonly article: RunbookArticle;
  /** Who is told, of the beginning and of the end. */
  readonly topic: ITopic;
}

/** An alarm that says what is wrong and where to read what to do. Silence is fine: a metric without data rings nothing. */
export class RunbookAlarm extends Alarm {
  constructor(scope: Construct, id: string, props: RunbookAlarmProps) {
    super(scope, id, {
      metric: props.metric,
      threshold: props.threshold,
      evaluationPeriods: props.periods,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: `${props.problem}. Runbook: docs/runbook.md#${props.article}`,
    });
    const action = new SnsAction(props.topic);
    this.addAlarmAction(action);
    this.addOkAction(action);
  }
}
