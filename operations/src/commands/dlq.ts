// The commands of `npm run dlq`, and what each takes.
import { parseNumber, parseWords, TARGET_OPTIONS, TARGET_USAGE } from '../cli/parse-words.ts';
import type { Program } from '../cli/io.ts';
import { createScreen } from '../cli/screen.ts';
import type { Session } from '../cli/session.ts';
import { UsageError } from '../cli/usage-error.ts';
import { listDeadLetters } from './list.ts';
import { purge } from './purge.ts';
import { redrive } from './redrive.ts';
import { showDeadLetter } from './show.ts';
import { SCHEDULES } from '../dead-letters/queues.ts';
import { FILTER_OPTIONS, FILTER_USAGE, parseFilter } from '../dead-letters/select.ts';
import { openTarget } from '../target/open-target.ts';

const USAGE = `Usage: npm run dlq -- <command> [options]

  list                  every dead-letter queue: depth, oldest, counts by type and reason; with options below: message by message
  show --id <id>        one message, whole but masked, why it was given up, and its trace
  redrive               send dead letters back to the queue they came from
  purge --queue <name>  delete dead letters of one queue

Which (all that are given must hold):
${FILTER_USAGE}
  --all                 redrive: every dead letter of every queue

How:
  --dry-run             redrive, purge: show each message, and do nothing
  --yes                 redrive, purge: do not ask
  --rate <n>            redrive: at most n messages a second
  --save <file>         purge: write the messages, unmasked, to a new file first
  --hold <seconds>      how long messages stay invisible when this command is killed (default 120)
  --limit <n>           messages read from one queue (default 10000)

Where:
${TARGET_USAGE}

Examples:
  npm run dlq -- list
  npm run dlq -- list --queue catalog-events --newer-than 2h
  npm run dlq -- show --id 0190a1b2-0000-7000-8000-000000000001
  npm run dlq -- redrive --queue catalog-events --reason attempts-exhausted --dry-run
  npm run dlq -- redrive --type catalog.item.changed.v2 --rate 50 --env prod --profile torii-prod
  npm run dlq -- purge --queue jobs-worker-commands --older-than 3d --save purged.ndjson

Exit code: 0 done, 1 something was not done, 2 the command is wrong.
`;

const OPTIONS = {
  ...TARGET_OPTIONS,
  ...FILTER_OPTIONS,
  all: { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
  yes: { type: 'boolean', default: false },
  rate: { type: 'string' },
  save: { type: 'string' },
  hold: { type: 'string', default: '120' },
  limit: { type: 'string', default: '10000' },
} as const;
type Values = ReturnType<typeof parseWords<typeof OPTIONS>>;

interface Command {
  /** Options beside those of every command. */
  readonly takes: readonly (keyof Values)[];
  /** Looks at the options, before anything is connected to. @throws UsageError */
  prepare(values: Values): (session: Session) => Promise<number>;
}

const READ: readonly (keyof Values)[] = ['env', 'profile', 'region', 'json', 'help', 'hold', 'limit'];
const FILTERS: readonly (keyof Values)[] = ['queue', 'id', 'type', 'reason', 'older-than', 'newer-than'];

const COMMANDS: Readonly<Record<string, Command>> = {
  list: {
    takes: FILTERS,
    prepare: (values) => {
      const filter = parseFilter(values, Date.now());
      return (session) => listDeadLetters(session, filter, readOptions(values));
    },
  },
  show: {
    takes: ['id', 'queue'],
    prepare: (values) => {
      if (values.id === undefined)
        throw new UsageError('dlq show cannot be run: no message is named. Add --id; dlq list --queue … has the ids.');
      const filter = parseFilter(values, Date.now());
      return (session) => showDeadLetter(session, filter, readOptions(values));
    },
  },
  redrive: {
    takes: [...FILTERS, 'all', 'dry-run', 'yes', 'rate'],
    prepare: (values) => {
      const filter = parseFilter(values, Date.now());
      if (!filter.isNarrow && !values.all)
        throw new UsageError(
          'dlq redrive cannot be run: nothing says which messages. Add --queue, --id, --type, --reason, --older-than, --newer-than, or --all.',
        );
      if (filter.queues.every((source) => source === SCHEDULES))
        throw new UsageError(
          `dlq redrive cannot be run: what lies in ${SCHEDULES}-dlq is EventBridge's own, and no consumer takes it. The next time comes by itself; purge these.`,
        );
      const rate = parseNumber('rate', values.rate, { least: 0.1, most: 10_000 });
      return (session) => redrive(session, filter, { ...readOptions(values), ...decisions(values), rate });
    },
  },
  purge: {
    takes: [...FILTERS, 'dry-run', 'yes', 'save'],
    prepare: (values) => {
      const filter = parseFilter(values, Date.now());
      if (filter.queues.length !== 1)
        throw new UsageError(
          'dlq purge cannot be run: it takes the dead letters of one queue. Name it with --queue, such as --queue catalog-events.',
        );
      return (session) => purge(session, filter, { ...readOptions(values), ...decisions(values), saveTo: values.save });
    },
  },
};

export const dlq: Program = async ([name = '', ...words], io, signal) => {
  if (['--help', '-h', 'help'].includes(name) || words.includes('--help')) {
    io.stdout.write(USAGE);
    return 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined)
    throw new UsageError(
      `${name === '' ? 'dlq needs a command' : `dlq has no command ${JSON.stringify(name)}`}: it is one of ${Object.keys(COMMANDS).join(', ')}.\n\n${USAGE}`,
    );
  const taken = [...READ, ...command.takes];
  const values = parseWords(`dlq ${name}`, words, OPTIONS);
  const stray = Object.entries(values).find(([option, value]) => !taken.some((each) => each === option) && !isDefault(option, value));
  if (stray !== undefined)
    throw new UsageError(
      `dlq ${name} cannot be run: it does not take --${stray[0]}. It takes ${taken.map((each) => `--${each}`).join(' ')}.`,
    );
  readOptions(values);
  const run = command.prepare(values);
  const target = await openTarget(values, io.env);
  try {
    return await run({ target, screen: createScreen(io, values.json), signal, now: Date.now });
  } finally {
    target.close();
  }
};

function isDefault(option: string, value: unknown): boolean {
  const configured: unknown = Reflect.get(OPTIONS, option);
  return typeof configured === 'object' && configured !== null && Reflect.get(configured, 'default') === value;
}

/** SQS hides a message for at most twelve hours; below five seconds a hold would end while its message is being sent. */
function readOptions(values: Values): { readonly holdSeconds: number; readonly limit: number } {
  return {
    holdSeconds: Math.round(parseNumber('hold', values.hold, { least: 5, most: 43_200 }) ?? 0),
    limit: Math.round(parseNumber('limit', values.limit, { least: 1, most: 100_000 }) ?? 0),
  };
}

function decisions(values: Values): { readonly isDryRun: boolean; readonly isConfirmed: boolean } {
  return { isDryRun: values['dry-run'], isConfirmed: values.yes };
}
