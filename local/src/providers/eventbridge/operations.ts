// EventBridge's API, target prefix `AWSEvents`. Rules made here live until the platform stops; templates make those that stay.
import { AwsError, type JsonOperation, type Properties, type Value } from '../../provider.ts';
import { numberOf, recordsOf, requiredText, textOf, textsOf } from '../../read-value.ts';
import type { EventBuses, EventInit } from './event-bus.ts';
import { busNameOf, parseRule, parseTarget } from './parse-rule.ts';
import { assertPattern, matchesPattern } from './pattern.ts';

/** EventBridge's own limits. */
const MAX_ENTRIES = 10;
const MAX_ENTRY_BYTES = 262_144;

export function createEventOperations(
  buses: EventBuses,
  account: { readonly region: string; readonly accountId: string },
): Readonly<Record<string, JsonOperation>> {
  const busArn = (name: string): string => `arn:aws:events:${account.region}:${account.accountId}:event-bus/${name}`;
  const operations: Readonly<Record<string, (input: Properties) => Promise<unknown>>> = {
    PutEvents: async (input) => putEvents(buses, input),
    PutRule: async (input) => {
      const identity = { name: requiredText(input, 'Name'), bus: busNameOf(textOf(input['EventBusName'])), ...account };
      const targets = buses.listRules(identity.bus).find(({ name }) => name === identity.name)?.targets ?? [];
      const rule = asAwsError('InvalidEventPatternException', () => parseRule(input, identity));
      buses.setRule({ ...rule, targets });
      return { RuleArn: rule.arn };
    },
    PutTargets: async (input) => {
      const rule = getRule(buses, input);
      const added = asAwsError('ValidationException', () => recordsOf(input['Targets']).map(parseTarget));
      buses.setRule({ ...rule, targets: [...rule.targets.filter(({ id }) => !added.some((target) => target.id === id)), ...added] });
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    RemoveTargets: async (input) => {
      const rule = getRule(buses, input);
      const removed = textsOf(input['Ids']);
      buses.setRule({ ...rule, targets: rule.targets.filter(({ id }) => !removed.includes(id)) });
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    DeleteRule: async (input) => buses.removeRule(busNameOf(textOf(input['EventBusName'])), requiredText(input, 'Name')),
    ListRules: async (input) => {
      const bus = busNameOf(textOf(input['EventBusName']));
      return {
        Rules: buses
          .listRules(bus)
          .map((rule) => ({ Name: rule.name, Arn: rule.arn, EventBusName: bus, State: rule.isEnabled ? 'ENABLED' : 'DISABLED' })),
      };
    },
    ListTargetsByRule: async (input) => ({ Targets: getRule(buses, input).targets.map(({ id, arn }) => ({ Id: id, Arn: arn })) }),
    DescribeEventBus: async (input) => {
      const name = busNameOf(textOf(input['Name']));
      if (!buses.hasBus(name)) throw new AwsError('ResourceNotFoundException', `Event bus ${name} does not exist.`);
      return { Name: name, Arn: busArn(name) };
    },
    TestEventPattern: async (input) => {
      const pattern = parseJson(requiredText(input, 'EventPattern'));
      asAwsError('InvalidEventPatternException', () => assertPattern(pattern));
      return { Result: matchesPattern(pattern as Properties, parseJson(requiredText(input, 'Event'))) };
    },
  };
  return Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [name, (input: Record<string, unknown>) => operation(input as Properties)]),
  );
}

async function putEvents(buses: EventBuses, input: Properties): Promise<unknown> {
  const entries = recordsOf(input['Entries']);
  if (entries.length === 0 || entries.length > MAX_ENTRIES)
    throw new AwsError('ValidationException', `PutEvents takes 1 to ${MAX_ENTRIES} entries, not ${entries.length}`);
  const results = await Promise.all(entries.map((entry) => putEntry(buses, entry)));
  return { FailedEntryCount: results.filter((result) => 'ErrorCode' in result).length, Entries: results };
}

async function putEntry(
  buses: EventBuses,
  entry: Properties,
): Promise<{ readonly EventId: string } | { readonly ErrorCode: string; readonly ErrorMessage: string }> {
  try {
    const bus = busNameOf(textOf(entry['EventBusName']));
    // AWS drops such events in silence; here it is always a mistake in the wiring.
    if (!buses.hasBus(bus)) throw new AwsError('ResourceNotFoundException', `Event bus ${bus} does not exist.`);
    return { EventId: await buses.put(bus, parseEntry(entry)) };
  } catch (error) {
    if (error instanceof AwsError) return { ErrorCode: error.code, ErrorMessage: error.message };
    throw error;
  }
}

function parseEntry(entry: Properties): EventInit {
  const [source, detailType, detailText] = ['Source', 'DetailType', 'Detail'].map((name) => textOf(entry[name]) ?? '');
  if (!source || !detailType || !detailText)
    throw new AwsError('InvalidArgument', 'Parameter Source, DetailType or Detail is not valid. Reason: it is required.');
  if (Buffer.byteLength(detailText) + source.length + detailType.length > MAX_ENTRY_BYTES)
    throw new AwsError('InvalidArgument', `Total size of the entry exceeds ${MAX_ENTRY_BYTES} bytes.`);
  const seconds = numberOf(entry['Time']);
  return {
    source,
    detailType,
    detail: parseDetail(detailText),
    resources: textsOf(entry['Resources']),
    ...(seconds !== undefined && { time: new Date(seconds * 1000) }),
  };
}

function parseDetail(text: string): Properties {
  const detail = asAwsError('MalformedDetail', () => JSON.parse(text) as Value);
  if (typeof detail !== 'object' || detail === null || Array.isArray(detail)) throw new AwsError('MalformedDetail', 'Detail is malformed.');
  return detail as Properties;
}

function getRule(buses: EventBuses, input: Properties) {
  const name = requiredText(input, 'Rule');
  const rule = buses.listRules(busNameOf(textOf(input['EventBusName']))).find((one) => one.name === name);
  if (rule === undefined) throw new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on the bus.`);
  return rule;
}

function parseJson(text: string): Value {
  return asAwsError('ValidationException', () => JSON.parse(text) as Value);
}

function asAwsError<T>(code: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw new AwsError(code, error instanceof Error ? error.message : String(error));
  }
}
