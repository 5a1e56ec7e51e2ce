// What `npm run replay` takes.
import { randomBytes, randomUUID } from 'node:crypto';
import { planReplay, type ReplayPlan } from '../archive/plan-replay.ts';
import type { Selection } from '../archive/read-history.ts';
import { getRebuild } from '../archive/rebuild-commands.ts';
import { parseDuration, parseInstant } from '../cli/duration.ts';
import { parseNumber, parseWords, TARGET_OPTIONS, TARGET_USAGE } from '../cli/parse-words.ts';
import type { Program } from '../cli/io.ts';
import { createScreen } from '../cli/screen.ts';
import { UsageError } from '../cli/usage-error.ts';
import { replay, type ReplayOptions } from './replay.ts';
import { openTarget } from '../target/open-target.ts';

const USAGE = `Usage: npm run replay -- --to-queue <queue> --from <time> [--to <time>] [--type <type> …] [options]
       npm run replay -- --to-queue <queue> --from-nothing [options]

Sends archived events to one subscriber's queue. A queue that the topology calls rebuildable lets history take effect once more for each
replay id; any other queue drops what it has handled before.

What:
  --to-queue <name>     such as jobs-projection-events
  --type <type>         an event, with its retired versions (may be repeated); without it: all events of the queue
  --from, --to <time>   by the events' own time, both included: 2026-11-22T14:00Z, 2026-11-22, now, or how long ago, such as 2h (--to: default now)
  --subject <id>        of one aggregate only
  --late <duration>     how much later than it happened an event may have been archived (default 24h)
  --from-nothing        empty the projection first, then send all of its events since the archive began; what reads it waits until that is done
  --force               also to a queue that is not rebuildable

How:
  --dry-run             count by type and hour, send nothing
  --yes                 do not ask before a projection is emptied
  --rate <n>            at most n messages a second
  --wait                return when the queue is empty again (--from-nothing always does)
  --replay-id <id>      continue an earlier replay: what was handled under this id is not handled again
  --rebuild <id>        with --replay-id: continue one from nothing, as it printed
  --archive-lag <time>  with --from-nothing: how long events take to reach the archive (default 3m in AWS, 5s on this machine)

Where:
${TARGET_USAGE}

Examples:
  npm run replay -- --to-queue jobs-projection-events --from 2026-11-22T00:00Z --to 2026-11-22T12:00Z --type catalog.item.changed.v2 --dry-run
  npm run replay -- --to-queue jobs-projection-events --from-nothing --wait
  npm run replay -- --to-queue jobs-projection-events --from 2d --rate 200 --env prod --profile torii-prod

Exit code: 0 done, 1 something was not done, 2 the command is wrong.
`;

const OPTIONS = {
  ...TARGET_OPTIONS,
  'to-queue': { type: 'string' },
  type: { type: 'string', multiple: true },
  from: { type: 'string' },
  to: { type: 'string' },
  subject: { type: 'string' },
  late: { type: 'string', default: '24h' },
  'from-nothing': { type: 'boolean', default: false },
  force: { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
  yes: { type: 'boolean', default: false },
  rate: { type: 'string' },
  wait: { type: 'boolean', default: false },
  'replay-id': { type: 'string' },
  rebuild: { type: 'string' },
  'archive-lag': { type: 'string' },
} as const;
type Values = ReturnType<typeof parseWords<typeof OPTIONS>>;

/** What the inbox takes as the beginning of a key. */
const REPLAY_ID = /^[a-z0-9]{8,16}$/;
/** Id of the command that began a rebuild. */
const REBUILD_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const replayHistory: Program = async (words, io, signal) => {
  if (words.includes('--help') || words.includes('-h')) {
    io.stdout.write(USAGE);
    return 0;
  }
  const values = parseWords('replay', words, OPTIONS);
  const plan = planReplay({ queue: getQueueName(values), types: values.type, isForced: values.force });
  const nowMs = Date.now();
  const isRebuild = values['from-nothing'] || values.rebuild !== undefined;
  const selection = isRebuild ? selectEverything(values, plan) : select(values, plan, nowMs);
  const choices = parseChoices(values);
  const target = await openTarget(values, io.env);
  try {
    const options = {
      ...choices,
      selection,
      continuation: describeContinuation(values, plan, { ...choices, selection, nowMs }),
      restart: [`npm run replay -- --to-queue ${plan.queue.name} --from-nothing`, ...describeGiven(values)].join(' '),
    };
    return await replay({ target, screen: createScreen(io, values.json), signal, now: Date.now }, plan, options);
  } finally {
    target.close();
  }
};

function getQueueName(values: Values): string {
  if (values['to-queue'] !== undefined) return values['to-queue'];
  throw new UsageError(`replay cannot be run: no queue is named. Add --to-queue, such as --to-queue jobs-projection-events.\n\n${USAGE}`);
}

function select(values: Values, { types }: ReplayPlan, nowMs: number): Selection {
  if (values.from === undefined)
    throw new UsageError(
      'replay cannot be run: nothing says where history begins. Add --from, such as --from 2h or --from 2026-11-22T14:00Z, or --from-nothing.',
    );
  const [fromMs, toMs] = [parseInstant('from', values.from, nowMs), parseInstant('to', values.to ?? 'now', nowMs)];
  if (fromMs > toMs)
    throw new UsageError(`--from and --to leave nothing: ${new Date(fromMs).toISOString()} is later than ${new Date(toMs).toISOString()}.`);
  return { types, fromMs, toMs, subject: values.subject };
}

/** A projection that was emptied needs every event again: any limit would leave holes. */
function selectEverything(values: Values, { types, queue }: ReplayPlan): Selection {
  assertRebuild(values);
  const option = values.rebuild === undefined ? '--from-nothing' : '--rebuild';
  const limit = (['type', 'from', 'to', 'subject'] as const).find((name) => values[name] !== undefined);
  if (limit !== undefined)
    throw new UsageError(
      `${option} cannot be used with --${limit}: an emptied projection needs every event since the archive began. Leave out one of them.`,
    );
  getRebuild(queue.name);
  return { types, fromMs: 0, toMs: Number.POSITIVE_INFINITY, subject: undefined };
}

function assertRebuild({ rebuild, 'replay-id': replayId, 'from-nothing': isFromNothing }: Values): void {
  if (isFromNothing && replayId !== undefined)
    throw new UsageError(
      '--from-nothing cannot be used with --replay-id: what was handled under that id would be erased and then not handled again. ' +
        'Leave out --from-nothing to continue that replay, or --replay-id to begin a new one.',
    );
  if (rebuild === undefined) return;
  if (isFromNothing || replayId === undefined || !REBUILD_ID.test(rebuild))
    throw new UsageError(
      `--rebuild cannot be ${JSON.stringify(rebuild)} here: it continues a replay from nothing, with --replay-id and without --from-nothing. ` +
        'Copy both from what that replay printed.',
    );
}

function parseChoices(values: Values): Omit<ReplayOptions, 'selection' | 'continuation' | 'restart'> {
  const replayId = values['replay-id'] ?? randomBytes(6).toString('hex');
  if (!REPLAY_ID.test(replayId))
    throw new UsageError(
      `--replay-id cannot be ${JSON.stringify(replayId)}: it is 8 to 16 lower-case letters and digits, as an earlier replay printed it.`,
    );
  const rebuildId = values['from-nothing'] ? randomUUID() : values.rebuild;
  return {
    replayId,
    rebuildId,
    lateMs: parseDuration('late', values.late),
    archiveLagMs: values['archive-lag'] === undefined ? undefined : parseDuration('archive-lag', values['archive-lag']),
    isFromNothing: values['from-nothing'],
    isDryRun: values['dry-run'],
    isConfirmed: values.yes,
    isWaiting: values.wait || rebuildId !== undefined,
    rate: parseNumber('rate', values.rate, { least: 0.1, most: 10_000 }),
  };
}

/** With instants in place of `2h` and `now`, which mean something else later. */
function describeContinuation(
  values: Values,
  { queue }: ReplayPlan,
  { selection, replayId, rebuildId, nowMs }: Pick<ReplayOptions, 'selection' | 'replayId' | 'rebuildId'> & { readonly nowMs: number },
): string {
  const to = new Date(Math.min(selection.toMs, nowMs)).toISOString();
  return [
    `npm run replay -- --to-queue ${queue.name} --replay-id ${replayId}`,
    rebuildId === undefined
      ? `--from ${new Date(selection.fromMs).toISOString()} --to ${to} --late ${values.late}`
      : `--rebuild ${rebuildId}`,
    ...(values.type ?? []).map((type) => `--type ${type}`),
    ...describeGiven(values),
    ...(values.force ? ['--force'] : []),
    ...(values.wait ? ['--wait'] : []),
  ].join(' ');
}

/** Options that mean the same another time. */
function describeGiven({ env, profile, region, subject, rate }: Values): readonly string[] {
  return Object.entries({ env, profile, region, subject, rate }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name} ${value}`],
  );
}
