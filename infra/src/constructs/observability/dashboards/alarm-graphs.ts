import { GraphWidget, TextWidget, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { RunbookAlarm } from '../runbook-alarm.ts';

/** Of the 24 columns that a dashboard has. */
const HALF = 12;
const FULL = 24;

/** What each alarm looks at, with the line it rings at. */
export function graphAlarms(alarms: readonly RunbookAlarm[]): readonly IWidget[] {
  return alarms.map(
    (alarm) =>
      new GraphWidget({
        title: alarm.problem,
        left: [alarm.metric],
        leftAnnotations: [alarm.toAnnotation()],
        leftYAxis: { min: 0 },
        width: HALF,
      }),
  );
}

/** A heading, and below it the way to the articles of the alarms that are drawn. */
export function describeBoard(title: string, alarms: readonly RunbookAlarm[], runbookUrl: string): IWidget {
  const articles = [...new Set(alarms.map(({ article }) => article))].toSorted();
  const links = articles.map((article) => `[${toTitle(article)}](${runbookUrl}#${article})`);
  return new TextWidget({
    markdown: [`## ${title}`, ...(links.length > 0 ? [`Runbook: ${links.join(' · ')}`] : [])].join('\n\n'),
    width: FULL,
    height: 3,
  });
}

/** `queue-is-behind` → `Queue is behind`, which is the heading it comes from. */
function toTitle(anchor: string): string {
  const words = anchor.replaceAll('-', ' ');
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}
