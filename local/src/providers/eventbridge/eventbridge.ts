// AWS::Events and AWS::Scheduler: buses, rules with patterns or schedules, and their delivery to queues, topics and functions.
import { join } from 'node:path';
import type {
  FunctionInvoker,
  JsonOperation,
  LocalContext,
  Provider,
  QueueAccess,
  Resource,
  ResourceHandler,
  TopicAccess,
} from '../../provider.ts';
import { recordOf, requiredText, textOf } from '../../read-value.ts';
import { readJsonFile, replaceFile } from '../../state-files.ts';
import { createEventBuses, type EventBuses } from './event-bus.ts';
import { createEventOperations } from './operations.ts';
import { busNameOf, parseRule, parseTarget } from './parse-rule.ts';
import { parseSchedule } from './schedule.ts';
import { createTargetDelivery, type PendingDelivery } from './targets.ts';

export interface EventBridgeParts {
  readonly queues: QueueAccess;
  readonly topics: TopicAccess;
  readonly functions: FunctionInvoker;
}
export interface EventBridgeProvider extends Provider {
  /** For the control server, under the prefix `AWSEvents`. */
  readonly operations: Readonly<Record<string, JsonOperation>>;
}
type Account = Pick<LocalContext, 'region' | 'accountId'>;

/** Rules of schedules live on a bus that nobody can put events on. */
const SCHEDULER = 'aws.scheduler';

export function createEventBridgeProvider(
  context: Pick<LocalContext, 'region' | 'accountId' | 'stateFolder' | 'log'>,
  parts: EventBridgeParts,
): EventBridgeProvider {
  const pendingFile = join(context.stateFolder, 'events', 'pending.json');
  const delivery = createTargetDelivery({
    ...parts,
    keep: (pending) => replaceFile(pendingFile, JSON.stringify(pending)),
    forward: (busArn, event) => buses.route(busNameOf(busArn), event),
    onUndeliverable: (target, error) =>
      context.log('error', `An event cannot be delivered to ${target.arn}: ${error instanceof Error ? error.message : String(error)}`),
  });
  const buses: EventBuses = createEventBuses({ region: context.region, accountId: context.accountId, delivery });
  return {
    operations: createEventOperations(buses, context),
    types: {
      'AWS::Events::EventBus': busHandler(buses, context),
      'AWS::Events::EventBusPolicy': { apply: async ({ generatedName }) => ({ physicalId: generatedName, attributes: {} }) },
      'AWS::Events::Rule': ruleHandler(buses, context),
      'AWS::Scheduler::Schedule': scheduleHandler(buses, context),
      'AWS::Scheduler::ScheduleGroup': scheduleGroupHandler(context),
    },
    start: async () => {
      delivery.resume(parsePending(readJsonFile(pendingFile)));
      buses.start();
    },
    stop: async () => {
      buses.stop();
      await delivery.stop();
    },
  };
}

function parsePending(kept: unknown): readonly PendingDelivery[] {
  return Array.isArray(kept) ? (kept as readonly PendingDelivery[]) : [];
}

function busHandler(buses: EventBuses, { region, accountId }: Account): ResourceHandler {
  return {
    replacedBy: ['Name'],
    apply: async ({ properties }) => {
      const name = requiredText(properties, 'Name');
      buses.addBus(name);
      return { physicalId: name, attributes: { Arn: `arn:aws:events:${region}:${accountId}:event-bus/${name}`, Name: name, Policy: '' } };
    },
    remove: async ({ physicalId }) => buses.removeBus(physicalId),
  };
}

function ruleHandler(buses: EventBuses, account: Account): ResourceHandler {
  const identify = ({ properties, generatedName }: Resource) => ({
    name: textOf(properties['Name']) ?? generatedName,
    bus: busNameOf(textOf(properties['EventBusName'])),
    region: account.region,
    accountId: account.accountId,
  });
  return {
    replacedBy: ['Name', 'EventBusName'],
    apply: async (resource) => {
      const rule = parseRule(resource.properties, identify(resource));
      buses.setRule(rule);
      return { physicalId: rule.bus === 'default' ? rule.name : `${rule.bus}|${rule.name}`, attributes: { Arn: rule.arn } };
    },
    remove: async (resource) => {
      const { bus, name } = identify(resource);
      buses.removeRule(bus, name);
    },
  };
}

function scheduleHandler(buses: EventBuses, { region, accountId }: Account): ResourceHandler {
  const nameOf = ({ properties, generatedName }: Resource): string => textOf(properties['Name']) ?? generatedName;
  return {
    replacedBy: ['Name'],
    apply: async (resource) => {
      const { properties } = resource;
      const name = nameOf(resource);
      const arn = `arn:aws:scheduler:${region}:${accountId}:schedule/${textOf(properties['GroupName']) ?? 'default'}/${name}`;
      buses.setRule({
        name,
        bus: SCHEDULER,
        arn,
        isEnabled: textOf(properties['State']) !== 'DISABLED',
        schedule: parseSchedule(requiredText(properties, 'ScheduleExpression'), textOf(properties['ScheduleExpressionTimezone'])),
        targets: [parseTarget(recordOf(properties['Target']))],
      });
      return { physicalId: name, attributes: { Arn: arn } };
    },
    remove: async (resource) => buses.removeRule(SCHEDULER, nameOf(resource)),
  };
}

function scheduleGroupHandler({ region, accountId }: Account): ResourceHandler {
  return {
    replacedBy: ['Name'],
    apply: async ({ properties, generatedName }) => {
      const name = textOf(properties['Name']) ?? generatedName;
      return { physicalId: name, attributes: { Arn: `arn:aws:scheduler:${region}:${accountId}:schedule-group/${name}` } };
    },
  };
}
