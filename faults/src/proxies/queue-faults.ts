import { setTimeout as delay } from 'node:timers/promises';
import type { SeededRandom } from '../random.ts';
import type { Call, Fault, Forward, Matches, Outcome, Reply } from './queue-proxy.ts';
import { answerBatch, readEntries, type TopicEntry, withEntries } from './topic-batch.ts';

// What AWS and the network in front of it do to calls. Each fault chooses its calls and passes the others on.

export const isAny: Matches = () => true;
export const isPublish: Matches = ({ service, operation }) => service === 'sns' && operation === 'PublishBatch';
export const isPoll: Matches = ({ operation }) => operation === 'ReceiveMessage';
export const isStore: Matches = ({ service }) => service === 's3';

/** What a service says when it fails; without a code, what a load balancer in front of it says. */
interface Failure {
  readonly status: number;
  readonly code?: string;
}

/** Whoever sends, polls, deletes or stores gets the answer of a service that has failed. */
export function failing(matches: Matches = isAny): Fault {
  return answering(() => [{ status: 503, code: 'ServiceUnavailable' }], matches);
}

/** SQS and SNS throttle with a 400; S3 does not, and its clients take a 400 for their own fault. */
export function throttling(matches: Matches = (call) => !isStore(call)): Fault {
  return answering(({ service }) => [{ status: 400, code: service === 'sns' ? 'Throttling' : 'ThrottlingException' }], matches);
}

const UNSPEAKABLE: Failure = { status: 502 };
/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html and the lists of errors of SQS and SNS. */
const PASSING_FAILURES: Readonly<Record<Call['service'], readonly Failure[]>> = {
  s3: [{ status: 503, code: 'SlowDown' }, { status: 500, code: 'InternalError' }, UNSPEAKABLE],
  sqs: [{ status: 500, code: 'InternalError' }, { status: 400, code: 'KmsThrottled' }, UNSPEAKABLE],
  sns: [{ status: 500, code: 'InternalError' }, { status: 400, code: 'KMSThrottling' }, UNSPEAKABLE],
};

/** Every way of failing that passes by itself, one after another. */
export function failingInManyWays(matches: Matches = isAny): Fault {
  return answering(({ service }) => PASSING_FAILURES[service], matches);
}

/** The failures of a service in turn. */
function answering(failuresOf: (call: Call) => readonly Failure[], matches: Matches): Fault {
  const turns = new Map<string, number>();
  return async (call, forward, hit) => {
    if (!matches(call)) return forward(call);
    hit();
    const kind = `${call.service} ${call.operation}`;
    const turn = turns.get(kind) ?? 0;
    turns.set(kind, turn + 1);
    const failures = failuresOf(call);
    return refuse(call, failures[turn % failures.length] ?? UNSPEAKABLE);
  };
}

export function cutting(matches: Matches = isAny): Fault {
  return spoiling('cut', matches);
}

/** Accepts and never answers. */
export function freezing(matches: Matches = isAny): Fault {
  return spoiling('frozen', matches);
}

function spoiling(outcome: Outcome, matches: Matches): Fault {
  return async (call, forward, hit) => {
    if (!matches(call)) return forward(call);
    hit();
    return outcome;
  };
}

/** The work is done, the answer does not arrive. @param share of the calls, 0 to 1; polls, whose answers hold messages, included */
export function losingAnswers(random: SeededRandom, share: number, matches: Matches = isAny): Fault {
  return async (call, forward, hit) => {
    const outcome = await forward(call);
    if (!matches(call) || random.next() >= share) return outcome;
    hit();
    return 'cut';
  };
}

/** Some entries of a batch are refused: SNS says which. A hit is a batch that was taken in part. */
export function refusingEntries(random: SeededRandom, share: number): Fault {
  return async (call, forward, hit) => {
    if (!isPublish(call)) return forward(call);
    const [refused, taken] = split(readEntries(call), () => random.next() < share);
    if (refused.length === 0) return forward(call);
    if (taken.length > 0) {
      const outcome = await forward(withEntries(call, taken));
      if (typeof outcome === 'string' || outcome.status >= 300) return outcome;
      hit();
    }
    return answerBatch(taken, refused);
  };
}

/** Everything that is published arrives twice or three times. */
export function duplicating(random: SeededRandom, share: number): Fault {
  return async (call, forward, hit) => {
    if (!isPublish(call) || random.next() >= share) return forward(call);
    hit();
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
    fault: async (call, forward, hit) => {
      if (!matches(call) || !isPublish(call)) return forward(call);
      hit();
      const entries = readEntries(call);
      kept.push(() => deliverSurely(withEntries(call, entries.toReversed()), forward));
      return answerBatch(entries, []);
    },
    deliver: async () => {
      for (const send of kept.splice(0).reverse()) await send();
    },
  };
}

/** Of messages about items, this share waits for the next message about the same item. */
const WAITING_SHARE = 0.3;

/**
 * Taken at once, delivered after a while of its own: batches overtake each other. However slowly items are changed, some messages wait until one
 * that is newer has been delivered.
 */
export function reordering(random: SeededRandom, longestMs: number): LateDelivery {
  const under = new Set<Promise<unknown>>();
  const waiting = new Map<string, () => Promise<unknown>>();
  const send = (first: () => Promise<unknown>, second?: () => Promise<unknown>): void => {
    const late = delay(random.between(0, longestMs)).then(first).then(second);
    under.add(late);
    void late.finally(() => under.delete(late));
  };
  return {
    fault: async (call, forward, hit) => {
      if (!isPublish(call)) return forward(call);
      hit();
      const entries = readEntries(call);
      for (const entry of entries) {
        const deliver = () => deliverSurely(withEntries(call, [entry]), forward);
        const item = /"itemId":"([^"]+)"/.exec(entry.fields.get('Message') ?? '')?.[1] ?? '';
        const older = waiting.get(item);
        waiting.delete(item);
        if (older === undefined && item !== '' && random.next() < WAITING_SHARE) waiting.set(item, deliver);
        else send(deliver, older);
      }
      return answerBatch(entries, []);
    },
    deliver: async () => {
      for (const deliver of waiting.values()) send(deliver);
      waiting.clear();
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
  return async (call, forward, hit) => {
    if (isPoll(call)) return forward(call);
    hit();
    await delay(ms);
    return forward(call);
  };
}

function refuse({ service }: Call, { status, code }: Failure): Reply {
  if (code === undefined) return { status, headers: { 'content-type': 'text/html' }, body: Buffer.from('<html>Bad Gateway</html>') };
  if (service === 'sqs') {
    const body = JSON.stringify({ __type: `com.amazonaws.sqs#${code}`, message: code });
    return { status, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: Buffer.from(body) };
  }
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${code}</Message></Error>`;
  const wrapped = `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">${error}<RequestId>0</RequestId></ErrorResponse>`;
  return { status, headers: { 'content-type': 'text/xml' }, body: Buffer.from(service === 's3' ? error : wrapped) };
}

function split(entries: readonly TopicEntry[], isChosen: (entry: TopicEntry) => boolean): readonly [TopicEntry[], TopicEntry[]] {
  const [chosen, others]: [TopicEntry[], TopicEntry[]] = [[], []];
  for (const entry of entries) (isChosen(entry) ? chosen : others).push(entry);
  return [chosen, others];
}
