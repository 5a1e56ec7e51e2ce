import { Stack } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { RunbookArticle } from './runbook-alarm.ts';

export interface MonthlyBudgetProps {
  /** As people are told of it. */
  readonly called: string;
  readonly limitUsd: number;
  readonly topic: ITopic;
}

/** There is still a fifth of the month, or of the money, to react. */
const NEARLY_SPENT_PERCENT = 80;

/** What the account may cost a month. AWS looks at it some times a day; nothing is switched off. */
export class MonthlyBudget extends CfnBudget {
  constructor(scope: Construct, id: string, { called, limitUsd, topic }: MonthlyBudgetProps) {
    const link: { readonly article: RunbookArticle } = { article: 'budget-is-exceeded' };
    const tell = (notificationType: 'ACTUAL' | 'FORECASTED', threshold: number): CfnBudget.NotificationWithSubscribersProperty => ({
      notification: { notificationType, comparisonOperator: 'GREATER_THAN', threshold, thresholdType: 'PERCENTAGE' },
      subscribers: [{ subscriptionType: 'SNS', address: topic.topicArn }],
    });
    super(scope, id, {
      budget: {
        // The name is all that its message says of it.
        budgetName: `${called} of ${Stack.of(scope).account}. Runbook - docs/runbook.md#${link.article}`,
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: limitUsd, unit: 'USD' },
      },
      // A forecast needs five weeks of history; before that there is what was spent.
      notificationsWithSubscribers: [tell('ACTUAL', NEARLY_SPENT_PERCENT), tell('ACTUAL', 100), tell('FORECASTED', 100)],
    });
  }
}
