import { setTimeout as delay } from 'node:timers/promises';
import type { SeededRandom } from '../random.ts';
import type { Call, Fault, Forward, Outcome, Reply } from './queue-proxy.ts';
import { answerBatch, readEntries, type TopicEntry, withEntries } from './topic-batch.ts';

// What AWS and the network in front of it do to calls. Each fault chooses its calls and passes the others on.

export type Matches = (call: Call) => boolean;

export const isAny: Matches = () => true;
export const isPublish: Matches = ({ service, operation }) => service === 'sns' && operation === 'PublishBatch';
const isPoll: Matches = ({ operation }) => operation === 'ReceiveMessage';

/** Whoever sends, polls, deletes or stores gets the answer of a service that has failed. */
export function failing(matches: Matches = isAny): Fault {
  return (call, forward) => (matches(call) ? Promise.resolve(refuse(call, 503, 'ServiceUnavailable')) : forward(call));
}

/** SQS and SNS throttle with a 400; S3 does not, and its clients take a 400 for their own fault. */
export function throttling(matches: Matches = ({ service }) => service !== 's3'): Fault {
  return (call, forward) =>
    matches(call) ? Promise.resolve(refuse(call, 400, call.service === 'sns' ? 'Throttling' : 'ThrottlingException')) : forward(call);
}

export function cutting(matches: Matches = isAny): Fault {
  return (call, forward) => (matches(call) ? Promise.resolve('cut') : forward(call));
}

/** Accepts and never answers. */
export function freezing(matches: Matches = isAny): Fault {
  return (call, forward) => (matches(call) ? Promise.resolve('frozen') : forward(call));
}

/** The work is done, the answer does not arrive. @param share of the calls, 0 to 1; polls, whose answers hold messages, included */
export function losingAnswers(random: SeededRandom, share: number, matches: Matches = isAny): Fault {
  return async (call, forward) => {
    const outcome = await forward(call);
    return matches(call) && random.next() < share ? 'cut' : outcome;
  };
}

/** Some entries of a batch are refused: SNS says which. */
export function refusingEntries(random: SeededRandom, share: number): Fault {
  return async (call, forward) => {
    if (!isPublish(call)) return forward(call);
    const [refused, taken] = split(readEntries(call), () => random.next() < share);
    if (refused.length === 0) return forward(call);
    if (taken.length > 0) {
      const outcome = await forward(withEntries(call, taken));
      if (typeof outcome === 'string' || outcome.status >= 300) return outcome;
    }
    return answerBatch(taken, refused);
  };
}

/** Everything that is published arrives twice or three times. */
export function duplicating(random: SeededRandom, share: number): Fault {
  return async (call, forward) => {
    if (!isPublish(call) || random.next() >= share) return forward(call);
    for (let times = random.between(1, 3); times > 0; times -= 1) await forward(call);
    return forward(call);
  };
}

export interface LateDelivery {
  readonly fault: Fault;
  /** Delivers what was kept. */
  deliver(): Promise<void>;
}

/** SNS has taken the messages, and keeps them: `deliver` lets them go, the newest first. */
export function keepingBack(matches: Matches = isPublish): LateDelivery {
  const kept: (() => Promise<Outcome>)[] = [];
  return {
    fault: async (call, forward) => {
      if (!matches(call) || !isPublish(call)) return forward(call);
      const entries = readEntries(call);
      kept.push(() => deliverSurely(withEntries(call, entries.toReversed()), forward));
      return answerBatch(entries, []);
    },
    deliver: async () => {
      for (const send of kept.splice(0).reverse()) await send();
    },
  };
}

/** Taken at once, delivered after a while of its own: batches overtake each other. */
export function reordering(random: SeededRandom, longestMs: number): LateDelivery {
  const under = new Set<Promise<unknown>>();
  return {
    fault: async (call, forward) => {
      if (!isPublish(call)) return forward(call);
      const entries = readEntries(call);
      for (const entry of entries) {
        const late = delay(random.between(0, longestMs)).then(() => deliverSurely(withEntries(call, [entry]), forward));
        under.add(late);
        void late.finally(() => under.delete(late));
      }
      return answerBatch(entries, []);
    },
    deliver: async () => {
      while (under.size > 0) await Promise.all(under);
    },
  };
}

/** What SNS has taken it delivers, whatever happens behind it. */
async function deliverSurely(call: Call, forward: Forward): Promise<Outcome> {
  for (;;) {
    const outcome = await forward(call);
    if (typeof outcome !== 'string' && outcome.status < 300) return outcome;
    await delay(100);
  }
}

/** Answers take this long; polls are slow anyway. */
export function delaying(ms: number): Fault {
  return async (call, forward) => {
    if (!isPoll(call)) await delay(ms);
    return forward(call);
  };
}

function refuse(call: Call, status: number, code: string): Reply {
  const json = {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: Buffer.from(JSON.stringify({ __type: `com.amazonaws.sqs#${code}`, message: code })),
  };
  const xml = `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${code}</Message></Error><RequestId>0</RequestId></ErrorResponse>`;
  return call.service === 'sqs' ? json : { status, headers: { 'content-type': 'text/xml' }, body: Buffer.from(xml) };
}

function split(entries: readonly TopicEntry[], isChosen: (entry: TopicEntry) => boolean): readonly [TopicEntry[], TopicEntry[]] {
  const [chosen, others]: [TopicEntry[], TopicEntry[]] = [[], []];
  for (const entry of entries) (isChosen(entry) ? chosen : others).push(entry);
  return [chosen, others];
}
