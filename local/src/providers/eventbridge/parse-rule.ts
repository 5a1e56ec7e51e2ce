// Rules and targets as templates and the API write them; both use the same property names.
import type { Properties, Value } from '../../provider.ts';
import { numberOf, recordOf, recordsOf, requiredText, textMapOf, textOf } from '../../read-value.ts';
import type { Rule } from './event-bus.ts';
import type { TargetInput } from './input.ts';
import { assertPattern } from './pattern.ts';
import { parseSchedule } from './schedule.ts';
import { serviceOf, type Target, TARGET_SERVICES } from './targets.ts';

/** EventBridge's defaults: 185 attempts within a day. */
const DEFAULT_RETRIES = 185;
const DEFAULT_MAX_AGE_SECONDS = 86_400;

interface RuleIdentity {
  readonly name: string;
  readonly bus: string;
  readonly region: string;
  readonly accountId: string;
}

/** @throws Error saying what of the rule is wrong. */
export function parseRule(properties: Properties, { name, bus, region, accountId }: RuleIdentity): Rule {
  const pattern = parsePattern(properties['EventPattern']);
  const expression = textOf(properties['ScheduleExpression']);
  if (pattern === undefined && expression === undefined)
    throw new Error(`Rule ${name} cannot be kept: it has neither a pattern nor a schedule`);
  return {
    name,
    bus,
    arn: `arn:aws:events:${region}:${accountId}:rule/${bus === 'default' ? name : `${bus}/${name}`}`,
    isEnabled: textOf(properties['State']) !== 'DISABLED',
    ...(pattern !== undefined && { pattern }),
    ...(expression !== undefined && { schedule: parseSchedule(expression, textOf(properties['ScheduleExpressionTimezone'])) }),
    targets: recordsOf(properties['Targets']).map(parseTarget),
  };
}

/** @throws Error when the target is of a service that has no part on this machine. */
export function parseTarget(properties: Properties): Target {
  const arn = requiredText(properties, 'Arn');
  if (!TARGET_SERVICES.some((service) => service === serviceOf(arn)))
    throw new Error(`Events cannot be sent to ${arn}: on this machine targets are of ${TARGET_SERVICES.join(', ')}`);
  const retryPolicy = recordOf(properties['RetryPolicy']);
  const deadLetterArn = textOf(recordOf(properties['DeadLetterConfig'])['Arn']);
  return {
    id: textOf(properties['Id']) ?? 'target',
    arn,
    input: parseInput(properties),
    maxRetries: numberOf(retryPolicy['MaximumRetryAttempts']) ?? DEFAULT_RETRIES,
    maxAgeSeconds: numberOf(retryPolicy['MaximumEventAgeInSeconds']) ?? DEFAULT_MAX_AGE_SECONDS,
    ...(deadLetterArn !== undefined && { deadLetterArn }),
  };
}

/** `torii-dev` of a name or of `arn:aws:events:…:event-bus/torii-dev`. */
export function busNameOf(nameOrArn: string | undefined): string {
  return nameOrArn?.split('/').at(-1) ?? 'default';
}

function parsePattern(value: Value | undefined): Properties | undefined {
  if (value === undefined || value === null) return undefined;
  const pattern: Value = typeof value === 'string' ? (JSON.parse(value) as Value) : value;
  assertPattern(pattern);
  return pattern;
}

function parseInput(properties: Properties): TargetInput {
  const constant = textOf(properties['Input']);
  const path = textOf(properties['InputPath']);
  const transformer = recordOf(properties['InputTransformer']);
  const template = textOf(transformer['InputTemplate']);
  if (constant !== undefined) return { constant };
  if (path !== undefined) return { path };
  return template === undefined ? {} : { transformer: { paths: textMapOf(transformer['InputPathsMap']), template } };
}
