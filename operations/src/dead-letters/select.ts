import { parseDuration } from '../cli/duration.ts';
import { UsageError } from '../cli/usage-error.ts';
import type { DeadLetter } from './dead-letter.ts';
import { type DeadLetterSource, listDeadLetterSources } from './queues.ts';

/** Options that choose dead letters. */
export const FILTER_OPTIONS = {
  queue: { type: 'string', multiple: true },
  id: { type: 'string', multiple: true },
  type: { type: 'string', multiple: true },
  reason: { type: 'string', multiple: true },
  'older-than': { type: 'string' },
  'newer-than': { type: 'string' },
} as const;

export const FILTER_USAGE = `  --queue <name>        of this queue, such as catalog-events (may be repeated, as --id, --type and --reason may)
  --id <message id>     the envelope's id, or SQS's for a body that has none
  --type <type>         such as catalog.item.changed.v2
  --reason <reason>     such as attempts-exhausted
  --older-than <time>   given up longer ago than 90s, 15m, 2h or 3d
  --newer-than <time>   given up since then`;

export interface FilterValues {
  readonly queue?: readonly string[] | undefined;
  readonly id?: readonly string[] | undefined;
  readonly type?: readonly string[] | undefined;
  readonly reason?: readonly string[] | undefined;
  readonly 'older-than'?: string | undefined;
  readonly 'newer-than'?: string | undefined;
}

export interface Filter {
  readonly queues: readonly DeadLetterSource[];
  /** True when any option narrows the choice. */
  readonly isNarrow: boolean;
  matches(letter: DeadLetter): boolean;
}

/** Everything that is given must hold. @throws UsageError for a queue that does not exist or a time that is none */
export function parseFilter(values: FilterValues, nowMs: number): Filter {
  const [olderMs, newerMs] = (['older-than', 'newer-than'] as const).map((name) =>
    values[name] === undefined ? undefined : parseDuration(name, values[name]),
  );
  if (olderMs !== undefined && newerMs !== undefined && olderMs >= newerMs)
    throw new UsageError(
      '--older-than and --newer-than leave nothing: the first must be the shorter time, as in --older-than 1h --newer-than 2d.',
    );
  const isOneOf = (allowed: readonly string[] | undefined, value: string): boolean => allowed === undefined || allowed.includes(value);
  return {
    queues: parseQueues(values.queue),
    isNarrow: Object.keys(FILTER_OPTIONS).some((name) => Reflect.get(values, name) !== undefined),
    matches: (letter) => {
      const ageMs = nowMs - letter.diedAt;
      return (
        (isOneOf(values.id, letter.id) || isOneOf(values.id, letter.messageId)) &&
        isOneOf(values.type, letter.type) &&
        isOneOf(values.reason, letter.reason) &&
        (olderMs === undefined || ageMs > olderMs) &&
        (newerMs === undefined || ageMs < newerMs)
      );
    },
  };
}

/** The queues of these names, or all; a name may be that of the dead-letter queue. @throws UsageError for another name */
export function parseQueues(names: readonly string[] | undefined): readonly DeadLetterSource[] {
  const queues = listDeadLetterSources();
  if (names === undefined) return queues;
  const unknown = names.find((name) => !queues.some((queue) => queue === trimName(name)));
  if (unknown !== undefined)
    throw new UsageError(`--queue cannot be ${JSON.stringify(unknown)}: there is no such queue. There are ${queues.join(', ')}.`);
  return queues.filter((queue) => names.some((name) => trimName(name) === queue));
}

function trimName(name: string): string {
  return name.replace(/-dlq$/, '');
}
