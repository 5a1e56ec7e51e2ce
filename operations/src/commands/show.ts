// `dlq show`: one dead letter, whole but masked.
import { formatDuration } from '../cli/duration.ts';
import type { Session } from '../cli/session.ts';
import { OperationError } from '../cli/usage-error.ts';
import type { DeadLetter } from '../dead-letters/dead-letter.ts';
import { maskData, maskText } from '../dead-letters/mask-message.ts';
import { parseJson } from '../dead-letters/parse-json.ts';
import { type ReadOptions, withDeadLetters } from '../dead-letters/open-queues.ts';
import type { Filter } from '../dead-letters/select.ts';
import { sumOf } from '../messages/queue-depth.ts';

/** Masks what any contract marks. */
const UNKNOWN_TYPE = '';

export function showDeadLetter(session: Session, filter: Filter, options: ReadOptions): Promise<number> {
  return withDeadLetters(session, filter.queues, options, async (open) => {
    const letters = open.flatMap((queue) => queue.letters).filter(filter.matches);
    if (letters.length === 0) {
      const heldElsewhere = open.reduce((sum, { hold }) => sum + Math.max(0, sumOf(hold.depth) - hold.messages.length), 0);
      throw new OperationError(
        `The message cannot be shown: no dead-letter queue of ${session.target.label} has it.` +
          (heldElsewhere === 0
            ? ' It may have been redriven or purged.'
            : ` ${heldElsewhere} are held by another operator right now; try again in two minutes.`),
      );
    }
    session.screen.result(letters.map((letter) => describe(letter, session)));
    for (const letter of letters) print(letter, session);
    return 0;
  });
}

function print(letter: DeadLetter, session: Session): void {
  const { screen } = session;
  const { body, failure, dataref, trace, ...facts } = describe(letter, session);
  screen.table(
    ['', ''],
    [
      ...Object.entries(facts).map(([name, value]) => [name, String(value ?? '–')]),
      ...(trace === null ? [] : [['trace', trace.url]]),
      ...(dataref === null ? [] : [['claim check', `${dataref} (the data lies there, not in the message)`]]),
    ],
  );
  screen.line('\nfailure');
  screen.line(failure === null ? '  none: the queue itself moved it, because its consumer ended at each delivery' : indent(failure));
  screen.line('\nmessage');
  screen.line(typeof body === 'string' ? `  ${body}` : indent(body));
  screen.line();
}

function describe(letter: DeadLetter, { target, now }: Session) {
  const { dataref, failure } = letter;
  return {
    id: maskText(letter.id),
    sqsMessageId: letter.messageId,
    queue: `${letter.queue}-dlq`,
    type: maskText(letter.type),
    subject: letter.subject === undefined ? null : maskText(letter.subject),
    age: formatDuration(now() - letter.diedAt),
    attempts: letter.attempts ?? null,
    reason: maskText(letter.reason),
    attributes: Object.entries(letter.attributes)
      .map(([name, { StringValue: value = '(binary)' }]) => maskText(`${name}=${value}`))
      .join('  '),
    trace: letter.traceId === undefined ? null : { id: maskText(letter.traceId), url: target.traceUrl(maskText(letter.traceId)) },
    dataref: dataref === undefined ? null : maskText(dataref),
    failure: failure === undefined ? null : maskData(UNKNOWN_TYPE, failure),
    body: maskBody(letter),
  };
}

/** Fields of the data are masked by the marks of the type's own contract; in a body that is no JSON object, patterns are all there is. */
function maskBody({ type, body }: DeadLetter): unknown {
  const whole = parseJson(body);
  if (typeof whole !== 'object' || whole === null || Array.isArray(whole)) return maskText(body);
  return Object.fromEntries(
    Object.entries(whole).map(([name, value]) => [maskText(name), maskData(name === 'data' ? type : UNKNOWN_TYPE, value)]),
  );
}

function indent(value: unknown): string {
  return JSON.stringify(value, undefined, 2).replaceAll(/^/gm, '  ');
}
