// `dlq list`: what lies in every dead-letter queue; with --queue and the other filters, message by message.
import { countOf } from '../cli/count-of.ts';
import { formatDuration } from '../cli/duration.ts';
import type { Session } from '../cli/session.ts';
import type { DeadLetter } from '../dead-letters/dead-letter.ts';
import { maskText } from '../dead-letters/mask-message.ts';
import { type OpenQueue, type ReadOptions, withDeadLetters } from '../dead-letters/open-queues.ts';
import type { Filter } from '../dead-letters/select.ts';
import { sumOf } from '../messages/queue-depth.ts';

interface Group {
  readonly type: string;
  readonly reason: string;
  readonly count: number;
}

export function listDeadLetters(session: Session, filter: Filter, options: ReadOptions): Promise<number> {
  return withDeadLetters(session, filter.queues, options, async (open) => {
    if (filter.isNarrow) showMessages(session, open, filter);
    else showQueues(session, open);
    for (const queue of open) noteUnread(session, queue);
    return 0;
  });
}

function showQueues({ screen, target, now }: Session, open: readonly OpenQueue[]): void {
  const queues = open.map(({ source, hold, letters }) => ({
    queue: `${source}-dlq`,
    depth: sumOf(hold.depth),
    read: letters.length,
    oldestAgeSeconds: letters[0] === undefined ? null : Math.floor((now() - letters[0].diedAt) / 1_000),
    groups: groupLetters(letters),
  }));
  screen.line(`Dead letters in ${target.label}\n`);
  screen.table(
    ['QUEUE', 'DEPTH', 'OLDEST', 'COUNT', 'TYPE', 'REASON'],
    queues.flatMap(({ queue, depth, oldestAgeSeconds, groups }) => {
      const [first = { count: 0, type: '', reason: '' }, ...others] = groups;
      const oldest = oldestAgeSeconds === null ? '–' : formatDuration(oldestAgeSeconds * 1_000);
      const cells = (group: Group): readonly string[] => [
        group.count === 0 ? '' : String(group.count),
        maskText(group.type),
        maskText(group.reason),
      ];
      return [[queue, String(depth), oldest, ...cells(first)], ...others.map((group) => ['', '', '', ...cells(group)])];
    }),
  );
  screen.result({ target: target.label, queues });
}

/** The most frequent first. */
export function groupLetters(letters: readonly DeadLetter[]): readonly Group[] {
  const groups = Map.groupBy(letters, ({ type, reason }) => JSON.stringify([type, reason]));
  return [...groups.values()]
    .map((group) => ({ type: group[0]?.type ?? '', reason: group[0]?.reason ?? '', count: group.length }))
    .toSorted((one, other) => other.count - one.count);
}

function showMessages({ screen, target, now }: Session, open: readonly OpenQueue[], filter: Filter): void {
  const letters = open.flatMap((queue) => queue.letters).filter(filter.matches);
  screen.line(`${countOf(letters.length, 'dead letter')} in ${target.label}\n`);
  screen.table(LETTER_HEAD, letterRows(letters, now()));
  screen.result({ target: target.label, messages: letters.map((letter) => summarize(letter, now())) });
}

export const LETTER_HEAD = ['ID', 'QUEUE', 'TYPE', 'SUBJECT', 'AGE', 'ATTEMPTS', 'REASON'] as const;

export function letterRows(letters: readonly DeadLetter[], nowMs: number): readonly (readonly string[])[] {
  return letters.map((letter) =>
    [
      letter.id,
      letter.queue,
      letter.type,
      letter.subject ?? '–',
      formatDuration(nowMs - letter.diedAt),
      String(letter.attempts ?? '–'),
      letter.reason,
    ].map(maskText),
  );
}

/** A message for machines, without its body. */
export function summarize(letter: DeadLetter, nowMs: number): Readonly<Record<string, unknown>> {
  return {
    id: maskText(letter.id),
    sqsMessageId: letter.messageId,
    queue: letter.queue,
    type: maskText(letter.type),
    subject: letter.subject === undefined ? null : maskText(letter.subject),
    ageSeconds: Math.max(0, Math.floor((nowMs - letter.diedAt) / 1_000)),
    attempts: letter.attempts ?? null,
    reason: maskText(letter.reason),
    traceId: letter.traceId === undefined ? null : maskText(letter.traceId),
  };
}

/** What could not be seen: messages that somebody else holds, and those beyond the limit. */
export function noteUnread({ screen }: Session, { source, hold }: OpenQueue): void {
  const unread = sumOf(hold.depth) - hold.messages.length;
  if (hold.hasMore)
    screen.line(`${source}-dlq: reading ended after ${countOf(hold.messages.length, 'message')} (--limit); there may be more.`);
  else if (unread > 0)
    screen.line(`${source}-dlq: ${unread} more are held by another operator or command right now; they come back by themselves.`);
}
