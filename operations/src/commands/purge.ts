// `dlq purge`: dead letters that nobody needs any more are deleted, those that were read and no other. There is no way back, so their
// bodies can be saved first.
import { countOf } from '../cli/count-of.ts';
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Session } from '../cli/session.ts';
import { OperationError } from '../cli/usage-error.ts';
import type { DeadLetter } from '../dead-letters/dead-letter.ts';
import { type OpenQueue, type ReadOptions, withDeadLetters } from '../dead-letters/open-queues.ts';
import type { Filter } from '../dead-letters/select.ts';
import { confirm } from './confirm.ts';
import { LETTER_HEAD, letterRows, noteUnread, summarize } from './list.ts';
import { keepMatching, sayNothingMatches, showGroups } from './redrive.ts';

export interface PurgeOptions extends ReadOptions {
  readonly isDryRun: boolean;
  readonly isConfirmed: boolean;
  /** File that gets the messages, unmasked, before they are deleted. */
  readonly saveTo: string | undefined;
}

/** Deleted at a time, so that the bar moves and an interruption stops soon. */
const STEP = 100;

/** @param filter of one queue: dead letters of two queues are two decisions */
export function purge(session: Session, filter: Filter, options: PurgeOptions): Promise<number> {
  const { screen, target, now } = session;
  return withDeadLetters(session, filter.queues, options, async (open) => {
    const [queue] = await keepMatching(open, filter);
    for (const each of open) noteUnread(session, each);
    if (queue === undefined) return sayNothingMatches(session, open);
    const { letters } = queue;
    screen.line(`${countOf(letters.length, 'dead letter')} in ${target.label}:\n`);
    if (options.isDryRun) {
      screen.table(LETTER_HEAD, letterRows(letters, now()));
      screen.line(`\nDry run: ${countOf(letters.length, 'message')} would be deleted. Nothing was deleted.`);
      screen.result({
        target: target.label,
        dryRun: true,
        matched: letters.length,
        messages: letters.map((letter) => summarize(letter, now())),
      });
      return 0;
    }
    showGroups(session, [queue]);
    screen.line(warn(queue.source, options.saveTo));
    const answer = `${queue.source}-dlq`;
    if (
      !(await confirm(session, { isConfirmed: options.isConfirmed, question: `\nDelete ${countOf(letters.length, 'message')}?`, answer }))
    )
      return 1;
    if (options.saveTo !== undefined) save(options.saveTo, letters);
    return deleteAll(session, queue);
  });
}

function warn(queue: string, saveTo: string | undefined): string {
  const kept =
    saveTo === undefined
      ? 'They are kept nowhere else; --save <file> writes them down first.'
      : `They are written to ${resolve(saveTo)} first, unmasked.`;
  return `\n${queue} never sees these messages again: their effect is lost, unless it came about by another way. ${kept}`;
}

/** As NDJSON, for the operator's eyes only, and on the disk before anything is deleted. */
function save(file: string, letters: readonly DeadLetter[]): void {
  try {
    const handle = openSync(file, 'wx', 0o600);
    for (const { messageId, queue, attributes, failure, body } of letters)
      writeSync(handle, `${JSON.stringify({ messageId, queue, attributes, failure, body })}\n`);
    fsyncSync(handle);
    closeSync(handle);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new OperationError(`The messages cannot be saved to ${file}: ${why}. Nothing was deleted.`, { cause });
  }
}

async function deleteAll({ screen, target, signal }: Session, { hold, letters }: OpenQueue): Promise<number> {
  const bar = screen.startBar('purge', letters.length);
  let [deleted, kept] = [0, 0];
  for (let at = 0; at < letters.length && !signal.aborted; at += STEP) {
    const ids = letters.slice(at, at + STEP).map(({ messageId }) => messageId);
    const held = await hold.secure(ids);
    const left = await hold.remove(ids.filter((id) => held.has(id)));
    deleted += held.size - left.length;
    kept += ids.length - held.size + left.length;
    bar.update(at + ids.length);
  }
  bar.stop();
  screen.line(`Deleted: ${countOf(deleted, 'message')}.`);
  if (kept > 0) screen.line(`${kept} could not be deleted and stay dead letters. Run the command again.`);
  if (signal.aborted) screen.line('Interrupted: the others stay dead letters.');
  screen.result({ target: target.label, deleted, kept });
  if (signal.aborted) return 130;
  return kept > 0 ? 1 : 0;
}
