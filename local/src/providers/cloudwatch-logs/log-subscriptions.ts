// AWS::Logs::SubscriptionFilter: what processes write to a log group goes on to a stream of Firehose, packed as CloudWatch packs it and masked
// as the groups' data protection masks it. Sooner than in AWS. Not imitated: other destinations than Firehose, and account-wide subscriptions.
import { maskText } from '../../mask.ts';
import type { LocalContext, Provider } from '../../provider.ts';
import { requiredText, textOf } from '../../read-value.ts';
import type { RecordDelivery } from '../firehose/firehose.ts';
import { packLogs } from '../firehose/unpack-logs.ts';
import { parseFilterPattern } from './filter-pattern.ts';

export interface LogSubscriptions extends Provider {
  /** Told of every line. */
  observe(line: string, logGroup: string): void;
}

/** Long enough for many lines of a busy process to go together, short for whoever waits. */
const GATHERING_MS = 250;
/** Of lines; CloudWatch sends up to 1 MiB. */
const MAX_BATCH = 500;

interface Subscription {
  readonly name: string;
  readonly logGroup: string;
  readonly streamArn: string;
  letsPass(line: string): boolean;
  waiting: { readonly timestamp: number; readonly message: string }[];
}

export function createLogSubscriptions(context: Pick<LocalContext, 'accountId' | 'log'>, streams: RecordDelivery): LogSubscriptions {
  const byGroup = new Map<string, Subscription[]>();
  let timer: NodeJS.Timeout | undefined;

  const send = (subscription: Subscription): void => {
    const { name, logGroup, streamArn, waiting } = subscription;
    if (waiting.length === 0) return;
    subscription.waiting = [];
    const logEvents = waiting.map((event, index) => ({ id: `${event.timestamp}-${index}`, ...event }));
    try {
      const origin = { owner: context.accountId, logGroup, logStream: 'local', subscriptionFilters: [name] };
      streams.putRecord(streamArn, packLogs({ messageType: 'DATA_MESSAGE', ...origin, logEvents }));
    } catch (error) {
      context.log('error', `Lines of ${logGroup} cannot be handed on: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const sendAll = (): void => {
    timer = undefined;
    for (const subscriptions of byGroup.values()) subscriptions.forEach(send);
  };
  const remove = (logGroup: string, name: string): void => {
    const others = (byGroup.get(logGroup) ?? []).filter((subscription) => subscription.name !== name);
    byGroup.set(logGroup, others);
  };
  return {
    types: {
      'AWS::Logs::SubscriptionFilter': {
        replacedBy: ['FilterName', 'LogGroupName'],
        apply: async ({ properties, generatedName }) => {
          const name = textOf(properties['FilterName']) ?? generatedName;
          const logGroup = requiredText(properties, 'LogGroupName');
          const streamArn = requiredText(properties, 'DestinationArn');
          if (!streamArn.startsWith('arn:aws:firehose:'))
            throw new Error(`${logGroup} cannot be handed on to ${streamArn}: only streams of Firehose subscribe on this machine`);
          const letsPass = parseFilterPattern(textOf(properties['FilterPattern']) ?? '');
          remove(logGroup, name);
          byGroup.set(logGroup, [...(byGroup.get(logGroup) ?? []), { name, logGroup, streamArn, letsPass, waiting: [] }]);
          return { physicalId: name, attributes: {} };
        },
        remove: async ({ physicalId, properties }) => remove(requiredText(properties, 'LogGroupName'), physicalId),
      },
    },
    observe: (line, logGroup) => {
      for (const subscription of byGroup.get(logGroup) ?? []) {
        if (!subscription.letsPass(line)) continue;
        subscription.waiting.push({ timestamp: Date.now(), message: maskText(line) });
        if (subscription.waiting.length >= MAX_BATCH) send(subscription);
        else timer ??= setTimeout(sendAll, GATHERING_MS).unref();
      }
    },
    stop: async () => {
      clearTimeout(timer);
      sendAll();
    },
  };
}
