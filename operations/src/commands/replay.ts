// `npm run replay`: archived events go to one subscriber again. The replay id makes it repeatable: whatever was handled under it before is
// dropped by the inbox, so an interrupted replay is continued by running it again.
import { countOf } from '../cli/count-of.ts';
import { setTimeout as delay } from 'node:timers/promises';
import { formatDuration } from '../cli/duration.ts';
import type { Session } from '../cli/session.ts';
import { OperationError } from '../cli/usage-error.ts';
import { emptyProjection } from '../archive/empty-projection.ts';
import { type ArchiveObject, findBeginning, listObjects } from '../archive/list-objects.ts';
import type { ReplayPlan } from '../archive/plan-replay.ts';
import { type GarbledLine, type HistoricEvent, readHistory, type Selection } from '../archive/read-history.ts';
import { endRebuild, getRebuild } from '../archive/rebuild-commands.ts';
import { createHistorySender, type HistorySender } from '../archive/send-history.ts';
import { lookThrough } from '../dead-letters/look-through.ts';
import { maskText } from '../dead-letters/mask-message.ts';
import { createPace } from '../messages/pace.ts';
import { waitUntilDrained } from '../messages/queue-depth.ts';
import { explainAwsError } from '../target/explain-aws-error.ts';
import { confirm } from './confirm.ts';

export interface ReplayOptions {
  readonly replayId: string;
  readonly selection: Selection;
  /** How much later than it happened an event may have reached the archive. */
  readonly lateMs: number;
  /** How long the archive may be behind what consumers have handled; undefined: what the target needs. */
  readonly archiveLagMs: number | undefined;
  readonly isFromNothing: boolean;
  /** Id of the command that empties the projection, or did so when this replay began; undefined: this is no rebuild. */
  readonly rebuildId: string | undefined;
  readonly isDryRun: boolean;
  readonly isConfirmed: boolean;
  /** Return only when the queue is empty. */
  readonly isWaiting: boolean;
  readonly rate: number | undefined;
  /** The command that continues this replay. */
  readonly continuation: string;
  /** The command that begins again from nothing. */
  readonly restart: string;
}

interface Archive {
  readonly bucket: string;
  readonly objects: readonly ArchiveObject[];
}

interface Findings {
  lines: number;
  readonly garbled: GarbledLine[];
  claims: number;
  /** By hour and type. */
  readonly counts: Map<string, number>;
}

/** Garbled lines that are shown one by one. */
const SHOWN_LINES = 20;

export async function replay(session: Session, plan: ReplayPlan, options: ReplayOptions): Promise<number> {
  const { target } = session;
  introduce(session, plan, options);
  const bucket = await target.findArchive();
  const beginning = await getBeginning(session, bucket, plan);
  if (options.isDryRun) return showDryRun(session, plan, options, bucket);
  const queueUrl = await target.queueUrl(plan.queue.name);
  if (options.isFromNothing && !(await confirmEmptying(session, plan, options, beginning))) return 1;
  const archive = await (options.isFromNothing ? beginFromNothing : openArchive)(session, bucket, plan, options);
  const sender = createHistorySender({ sqs: target.sqs, queueUrl, pace: createPace(options.rate), signal: session.signal });
  const findings = await sendAll(session, archive, options, sender);
  if (options.isWaiting) await awaitConsumer(session, plan, options, sender);
  report(session, options, findings, sender);
  return sender.failed.length + findings.garbled.length > 0 ? 1 : 0;
}

function confirmEmptying(session: Session, { queue }: ReplayPlan, { isConfirmed }: ReplayOptions, beginning: string): Promise<boolean> {
  const { waiting } = getRebuild(queue.name);
  const question =
    `\nEmpty the projection behind ${queue.name} in ${session.target.label}, and build it again from the archive? ` +
    `That begins at ${beginning}: what has had no event since then will be missing. ` +
    `Until ${queue.name} is empty again the projection has a part only, and ${waiting} wait.`;
  return confirm(session, { isConfirmed, question, answer: 'yes' });
}

/** Whatever ends it leaves a projection that has nothing, or soon will have: the operator is told what brings it back. */
async function beginFromNothing(session: Session, bucket: string, plan: ReplayPlan, options: ReplayOptions): Promise<Archive> {
  try {
    const emptiedAt = await emptyProjection(session, getRebuild(plan.queue.name), options.rebuildId ?? '');
    await awaitArchive(session, emptiedAt, options);
    return await openArchive(session, bucket, plan, options);
  } catch (error) {
    session.screen.line(
      `\nThe projection behind ${plan.queue.name} may be empty by now, or become so; nothing was replayed to it. Begin again with:\n  ${options.restart}`,
    );
    if (session.signal.aborted) throw error;
    throw explainAwsError(error, 'The projection cannot be built from nothing');
  }
}

function introduce({ screen, target }: Session, { queue, types, predecessors }: ReplayPlan, { selection, replayId }: ReplayOptions): void {
  screen.line(`Replay ${replayId} to ${queue.name} in ${target.label}`);
  screen.line(`  ${describePeriod(selection)}${selection.subject === undefined ? '' : `, of ${maskText(selection.subject)}`}`);
  for (const type of types)
    screen.line(`  ${type}${predecessors.includes(type) ? ' (retired: it becomes its successor when it is handled)' : ''}`);
  screen.line();
}

function describePeriod({ fromMs, toMs }: Selection): string {
  const from = fromMs === 0 ? 'from the beginning of the archive' : `from ${new Date(fromMs).toISOString()}`;
  return toMs === Number.POSITIVE_INFINITY ? `${from} until now` : `${from} to ${new Date(toMs).toISOString()}`;
}

/**
 * Where the archive begins. @throws OperationError when there is none: an empty archive and a wrong bucket look alike, and a projection must
 * not be emptied for either
 */
async function getBeginning({ target }: Session, bucket: string, { publishers }: ReplayPlan): Promise<string> {
  const beginnings = await Promise.all(
    publishers.map(async (publisher) => {
      const beginning = await findBeginning(target.s3, bucket, publisher).catch((error: unknown) => {
        throw explainAwsError(error, `The archive s3://${bucket} cannot be listed`);
      });
      if (beginning === undefined) throw new OperationError(`Nothing can be replayed: s3://${bucket}/archive/${publisher}/ is empty.`);
      return beginning;
    }),
  );
  return beginnings.toSorted().at(-1) ?? '';
}

async function openArchive({ target, now }: Session, bucket: string, { publishers }: ReplayPlan, options: ReplayOptions): Promise<Archive> {
  const { fromMs, toMs } = options.selection;
  const window = { fromMs, untilMs: Math.min(now(), toMs + options.lateMs) };
  const lists = await Promise.all(publishers.map((publisher) => listObjects(target.s3, bucket, publisher, window)));
  return { bucket, objects: lists.flat() };
}

/** What was handled before the projection was emptied, and is gone from it now, must have reached the archive before that is read. */
async function awaitArchive({ target, screen, signal, now }: Session, emptiedAt: number, { archiveLagMs }: ReplayOptions): Promise<void> {
  const waitMs = emptiedAt + (archiveLagMs ?? target.archiveLagMs) - now();
  if (waitMs <= 0) return;
  screen.line(`The projection is empty. Waiting ${formatDuration(waitMs + 999)} for the last events to reach the archive …`);
  await delay(waitMs, undefined, { signal });
}

async function sendAll(session: Session, archive: Archive, options: ReplayOptions, sender: HistorySender): Promise<Findings> {
  try {
    const findings = await walk(session, archive, options, (event) => sender.add(event));
    await sender.flush();
    return findings;
  } catch (error) {
    session.screen.line(`\n${countOf(sender.sent, 'event')} sent. Continue with:\n  ${options.continuation}`);
    if (session.signal.aborted) throw error;
    throw explainAwsError(error, `Replay ${options.replayId} stopped`);
  }
}

/** Hands every wanted event to `take`, object by object. */
async function walk(
  { target, screen, signal }: Session,
  { bucket, objects }: Archive,
  { replayId, selection }: ReplayOptions,
  take: (event: HistoricEvent) => Promise<void>,
): Promise<Findings> {
  const findings: Findings = { lines: 0, garbled: [], claims: 0, counts: new Map() };
  const onLine = (): void => void (findings.lines += 1);
  const onGarbled = (line: GarbledLine): void => void findings.garbled.push(line);
  const bar = screen.startBar('archive', Math.ceil(objects.reduce((sum, { bytes }) => sum + bytes, 0) / 1024), 'KiB');
  let [bytes, taken] = [0, 0];
  try {
    for (const object of objects) {
      for await (const event of readHistory({ s3: target.s3, bucket, replayId, onLine, onGarbled }, object, selection)) {
        signal.throwIfAborted();
        await take(event);
        const place = `${event.time.slice(0, 13)}:00Z ${event.type}`;
        findings.counts.set(place, (findings.counts.get(place) ?? 0) + 1);
        findings.claims += event.isClaim ? 1 : 0;
        taken += 1;
        bar.update(Math.ceil(bytes / 1024), `${taken} events`);
      }
      bytes += object.bytes;
      bar.update(Math.ceil(bytes / 1024), `${taken} events`);
    }
  } finally {
    bar.stop();
  }
  return findings;
}

async function showDryRun(session: Session, plan: ReplayPlan, options: ReplayOptions, bucket: string): Promise<number> {
  const { screen, target } = session;
  const archive = await openArchive(session, bucket, plan, options);
  const findings = await walk(session, archive, options, async () => {});
  const rows = [...findings.counts]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([place, count]) => [...place.split(' '), String(count)]);
  const matched = [...findings.counts.values()].reduce((sum, count) => sum + count, 0);
  screen.table(['HOUR', 'TYPE', 'COUNT'], rows);
  showGarbled(session, findings);
  screen.line(
    `\nDry run: ${matched} of ${findings.lines} events in ${countOf(archive.objects.length, 'object')} would be sent. Nothing was sent.`,
  );
  if (options.isFromNothing) screen.line('The projection would be emptied before.');
  screen.result({
    target: target.label,
    dryRun: true,
    queue: plan.queue.name,
    matched,
    ...outcomeOf(findings),
    counts: rows.map(([hour, type, count]) => ({ hour, type, count: Number(count) })),
  });
  return findings.garbled.length > 0 ? 1 : 0;
}

function showGarbled({ screen }: Session, { garbled, claims }: Findings): void {
  if (claims > 0)
    screen.line(
      `Claim checks among them: ${claims}. Their data is fetched from S3 when they are handled, and must not have expired there.`,
    );
  if (garbled.length > 0) screen.line(`\n${countOf(garbled.length, 'line')} of the archive passed over, no events:`);
  for (const { key, line, why } of garbled.slice(0, SHOWN_LINES)) screen.line(`  ${maskText(key)} line ${line}: ${why}`);
  if (garbled.length > SHOWN_LINES) screen.line('  … (--json has all of them)');
}

/** A rebuild ends when history has been handled, all of it; what reads the projection waits for that. */
async function awaitConsumer(session: Session, { queue }: ReplayPlan, options: ReplayOptions, sender: HistorySender): Promise<void> {
  const { target, screen, signal } = session;
  const { rebuildId, continuation } = options;
  try {
    screen.line('Waiting until the consumer has taken everything …');
    await waitUntilDrained(target.sqs, await target.queueUrl(queue.name), { settleMs: target.settleMs, signal, onLook: () => {} });
    if (rebuildId === undefined || sender.failed.length > 0) return;
    await assertNoneDied(session, queue.name, options.replayId);
    await endRebuild(session, getRebuild(queue.name), rebuildId);
  } catch (error) {
    screen.line(`\nEverything was sent, but not everything is known to have been handled.`);
    if (rebuildId !== undefined)
      screen.line(`Until that is known, ${getRebuild(queue.name).waiting} wait. Continue with:\n  ${continuation}`);
    if (signal.aborted) throw error;
    throw explainAwsError(error, `Queue ${queue.name} cannot be waited for`);
  }
}

/** An event that became a dead letter has left its queue, and is missing from the projection. @throws OperationError that says what to do */
async function assertNoneDied(session: Session, queue: ReplayPlan['queue']['name'], replayId: string): Promise<void> {
  const died = await lookThrough(session, queue, async (letters) => {
    const ours = letters.filter(({ attributes }) => attributes['replay']?.StringValue === replayId);
    return ours.length > 0 ? ours : undefined;
  });
  if (died === undefined) return;
  const reasons = [...new Set(died.map(({ reason }) => maskText(reason)))].join(', ');
  throw new OperationError(
    `The projection is not whole: ${countOf(died.length, 'event')} of this replay can be found among the dead letters of ${queue} (${reasons}). Mend the cause, send them back ` +
      `with npm run dlq -- redrive --queue ${queue}${session.target.words}, and continue.`,
  );
}

function report(session: Session, options: ReplayOptions, findings: Findings, { sent, failed }: HistorySender): void {
  const { screen, target } = session;
  showGarbled(session, findings);
  for (const { id, why } of failed) screen.line(`Event ${maskText(id)} was not sent: ${maskText(why)}`);
  screen.line(`${sent} of ${findings.lines} archived events were sent, as replay ${options.replayId}.`);
  if (failed.length > 0 && options.rebuildId !== undefined) screen.line('The projection is not whole, and what reads it waits.');
  if (failed.length > 0) screen.line(`Try the rest again with:\n  ${options.continuation}`);
  screen.result({ target: target.label, replayId: options.replayId, sent, failed, ...outcomeOf(findings) });
}

function outcomeOf({ lines, garbled, claims }: Findings) {
  return { lines, claims, garbled };
}
