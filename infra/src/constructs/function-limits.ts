import { Duration } from 'aws-cdk-lib';
import type { Function } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { RunbookAlarm } from './observability/runbook-alarm.ts';

export interface FunctionLimitsProps {
  readonly function: Function;
  /** As the alarms call it, with its article. */
  readonly called: string;
  readonly topic: ITopic;
}

/** Nine tenths: what comes next may not fit into the rest. */
const MAX_SHARE_OF_TIMEOUT = 0.9;

/** What Lambda sees before a function fails: that there is no room for it, or that its time is nearly over. */
export function addFunctionLimitAlarms({ function: target, called, topic }: FunctionLimitsProps): void {
  if (!target.timeout) throw new Error(`${target.node.path} cannot be watched: it has no timeout of its own.`);
  const longestMs = target.timeout.toMilliseconds() * MAX_SHARE_OF_TIMEOUT;
  const period = Duration.minutes(5);
  const shared = { article: 'function-is-at-its-limits', topic } as const;
  new RunbookAlarm(target, 'Throttles', {
    ...shared,
    metric: target.metricThrottles({ period, statistic: 'Sum' }),
    // The event source asks for no more than its concurrency: a throttle means that the account has none left.
    threshold: 0,
    periods: 2,
    problem: `${called} is not run as often as it is asked for`,
  });
  new RunbookAlarm(target, 'Duration', {
    ...shared,
    metric: target.metricDuration({ period, statistic: 'Maximum' }),
    threshold: longestMs,
    periods: 3,
    problem: `${called} takes more than ${MAX_SHARE_OF_TIMEOUT * 100} % of the time it has`,
  });
}
