// `dlq redrive`: dead letters go back to the queue they came from. A message is deleted only after SQS has taken it, so none is lost; one
// that was sent twice because this command ended in between is dropped by the consumer's inbox.
import { countOf } from '../cli/count-of.ts';
import { formatDuration } from '../cli/duration.ts';
import type { Session } from '../cli/session.ts';
import type { DeadLetter } from '../dead-letters/dead-letter.ts';
import { maskText } from '../dead-letters/mask-message.ts';
import { type OpenQueue, type ReadOptions, withDeadLetters } from '../dead-letters/open-queues.ts';
import { SCHEDULES } from '../dead-letters/queues.ts';
import { redriveLetters, type Tally } from '../dead-letters/redrive-letters.ts';
import type { Filter } from '../dead-letters/select.ts';
import { createPace } from '../messages/pace.ts';
import { confirm } from './confirm.ts';
import { groupLetters, LETTER_HEAD, letterRows, noteUnread, summarize } from './list.ts';

export interface RedriveOptions extends ReadOptions {
  readonly isDryRun: boolean;
  /** Do not ask. */
  readonly isConfirmed: boolean;
  /** Messages a second. */
  readonly rate: number | undefined;
}

export function redrive(session: Session, filter: Filter, options: RedriveOptions): Promise<number> {
  const { screen, target } = session;
  const sources = filter.queues.filter((source) => source !== SCHEDULES);
  return withDeadLetters(session, sources, options, async (open) => {
    const chosen = await keepMatching(open, filter);
    const letters = chosen.flatMap((queue) => queue.letters);
    for (const queue of open) noteUnread(session, queue);
    if (letters.length === 0) return sayNothingMatches(session, open);
    screen.line(`${countOf(letters.length, 'dead letter')} in ${target.label}:\n`);
    if (options.isDryRun) return showDryRun(session, letters);
    showGroups(session, chosen);
    const question = `\nSend ${countOf(letters.length, 'message')} back to ${chosen.map(({ source }) => source).join(', ')}?`;
    if (!(await confirm(session, { isConfirmed: options.isConfirmed, question, answer: 'yes' }))) return 1;
    return report(session, await redriveAll(session, chosen, options));
  });
}

/** Gives back at once what nobody asked for. @returns the queues that have something to redrive */
export async function keepMatching(open: readonly OpenQueue[], filter: Filter): Promise<readonly OpenQueue[]> {
  const kept = await Promise.all(
    open.map(async (queue) => {
      const [letters, others] = [queue.letters.filter(filter.matches), queue.letters.filter((letter) => !filter.matches(letter))];
      await queue.hold.release(others.map(({ messageId }) => messageId));
      return { ...queue, letters };
    }),
  );
  return kept.filter(({ letters }) => letters.length > 0);
}

export function sayNothingMatches({ screen, target }: Session, open: readonly OpenQueue[]): number {
  const all = open.flatMap(({ letters }) => letters);
  const there = groupLetters(all).map(({ count, type, reason }) => `  ${count} × ${maskText(type)}, ${maskText(reason)}`);
  screen.line(`Nothing matches of ${countOf(all.length, 'dead letter')} in ${target.label}.`);
  for (const line of there) screen.line(line);
  screen.result({ target: target.label, matched: 0, sent: 0 });
  return 0;
}

function showDryRun({ screen, target, now }: Session, letters: readonly DeadLetter[]): number {
  screen.table(LETTER_HEAD, letterRows(letters, now()));
  screen.line(`\nDry run: ${countOf(letters.length, 'message')} would be sent to the queues above. Nothing was sent.`);
  screen.result({
    target: target.label,
    dryRun: true,
    matched: letters.length,
    messages: letters.map((letter) => summarize(letter, now())),
  });
  return 0;
}

export function showGroups({ screen, now }: Session, open: readonly OpenQueue[]): void {
  const rows = open.flatMap(({ source, letters }) =>
    groupLetters(letters).map(({ count, type, reason }) => {
      const oldest = letters.find((letter) => letter.type === type && letter.reason === reason);
      return [source, String(count), formatDuration(now() - (oldest?.diedAt ?? 0)), maskText(type), maskText(reason)];
    }),
  );
  screen.table(['QUEUE', 'COUNT', 'OLDEST', 'TYPE', 'REASON'], rows);
}

async function redriveAll(session: Session, open: readonly OpenQueue[], options: RedriveOptions): Promise<readonly Tally[]> {
  const pace = createPace(options.rate);
  const total = open.reduce((sum, { letters }) => sum + letters.length, 0);
  const bar = session.screen.startBar('redrive', total);
  const tallies: Tally[] = [];
  let done = 0;
  try {
    for (const queue of open) {
      if (session.signal.aborted || tallies.some(({ error }) => error !== undefined)) break;
      const onProgress = (count: number): void => bar.update((done += count), queue.source);
      tallies.push(await redriveLetters(queue, { sqs: session.target.sqs, pace, signal: session.signal, onProgress }));
    }
  } finally {
    bar.stop();
  }
  return tallies;
}

function report({ screen, target, signal }: Session, tallies: readonly Tally[]): number {
  const failed = tallies.flatMap((tally) => tally.failed);
  const count = (pick: (tally: Tally) => number): number => tallies.reduce((sum, tally) => sum + pick(tally), 0);
  const [sent, lapsed, undeleted] = [count((tally) => tally.sent), count((tally) => tally.lapsed), count((tally) => tally.undeleted)];
  const error = tallies.find((tally) => tally.error !== undefined)?.error;
  screen.line(`Sent back: ${countOf(sent, 'message')}.`);
  for (const { id, why } of failed) screen.line(`Message ${maskText(id)} was not sent, and stays a dead letter: ${maskText(why)}`);
  if (lapsed > 0) screen.line(`${lapsed} were left alone: their hold had ended, so somebody else may have them. Run the command again.`);
  if (undeleted > 0)
    screen.line(`${undeleted} were sent and could not be deleted here. A second redrive sends them again; the inbox drops the duplicate.`);
  if (error !== undefined) screen.line(`Stopped: ${error.message}. What was not sent stays a dead letter.`);
  if (signal.aborted) screen.line('Interrupted: what was not sent stays a dead letter. Run the command again to go on.');
  screen.result({ target: target.label, sent, failed, lapsed, undeleted, error: error?.message ?? null });
  if (signal.aborted) return 130;
  return failed.length + lapsed + undeleted > 0 || error !== undefined ? 1 : 0;
}
