import type { ImportReport } from '../load/importer.ts';
import type { Memory } from '../load/memory.ts';
import type { Platform } from '../platform/platform.ts';
import type { Query } from '../platform/query.ts';
import { DEAD_LETTER_QUEUES } from '../platform/names.ts';

/** What must be nothing. */
export interface Violation {
  readonly kind:
    | 'lost'
    | 'doubled'
    | 'phantom'
    | 'acknowledged but not done'
    | 'retried twice'
    | 'answered otherwise'
    | 'refused but done'
    | 'stale'
    | 'projection'
    | 'dead letters'
    | 'outbox'
    | 'import';
  readonly count: number;
  readonly example: string;
}

export interface Counts {
  readonly commits: number;
  readonly effects: number;
}

interface Item {
  readonly itemId: string;
  readonly version: number;
}

const EXPLAINED = 'c.item_id AS itemId, c.version';

/** Messages that a row means to become dead letters: their items have no effect in the ledger. */
export interface Expectations {
  readonly deadLetters: number;
  /** Names of items whose messages are poison: a regular expression. */
  readonly poison: string | undefined;
  /** Columns that the copy cannot know exactly: v1 does not tell when an item changed. */
  readonly untold: readonly string[];
}

/** Reads everything from the databases; clients' memories are compared with what the database itself wrote down. */
export async function findViolations(
  platform: Platform,
  memory: Memory,
  imports: readonly ImportReport[],
  expected: Expectations,
): Promise<readonly Violation[]> {
  const { query } = platform.observer;
  const depths = await platform.depths(DEAD_LETTER_QUEUES);
  const deadLetters = Object.values(depths).reduce((sum, depth) => sum + depth, 0);
  const filled = Object.entries(depths).filter(([, depth]) => depth > 0);
  return [
    ...(await ledgerViolations(query, expected)),
    ...(await projectionViolations(query, expected)),
    ...(await clientViolations(query, memory)),
    ...(await importViolations(query, imports)),
    ...(await outboxViolations(query)),
    ...(deadLetters === expected.deadLetters
      ? []
      : [{ kind: 'dead letters' as const, count: deadLetters, example: `${expected.deadLetters} expected; ${JSON.stringify(filled)}` }]),
  ];
}

export async function readCounts(query: Query): Promise<Counts> {
  const [row] = await query<Counts>(
    'SELECT (SELECT COUNT(*) FROM catalog.commits) AS commits, (SELECT COALESCE(SUM(effects), 0) FROM ledger.effects) AS effects',
  );
  return { commits: Number(row?.commits ?? 0), effects: Number(row?.effects ?? 0) };
}

async function ledgerViolations(query: Query, { poison }: Expectations): Promise<readonly Violation[]> {
  const lost = await query<Item>(
    `SELECT ${EXPLAINED} FROM catalog.commits c LEFT JOIN ledger.effects e ON e.item_id = c.item_id AND e.version = c.version
     WHERE e.message_id IS NULL AND (? = '' OR c.marker NOT REGEXP ?)`,
    [poison ?? '', poison ?? ''],
  );
  const doubled = await query<Item>(
    'SELECT c.item_id AS itemId, c.version FROM ledger.effects c GROUP BY c.item_id, c.version HAVING SUM(c.effects) > 1',
  );
  const phantom = await query<Item>(
    `SELECT e.item_id AS itemId, e.version FROM ledger.effects e LEFT JOIN catalog.commits c ON e.item_id = c.item_id AND e.version = c.version
     WHERE c.seq IS NULL`,
  );
  const stale = await query<Item>(
    `SELECT s.item_id AS itemId, s.version FROM ledger.states s
     JOIN (SELECT item_id, MAX(version) AS version FROM catalog.commits GROUP BY item_id) c ON c.item_id = s.item_id WHERE s.version <> c.version`,
  );
  return [...violation('lost', lost), ...violation('doubled', doubled), ...violation('phantom', phantom), ...violation('stale', stale)];
}

/** Columns that catalog and its copy have alike; `created_at` is told by v2 alone. */
const COPIED = ['owner_id', 'sku', 'name', 'description', 'category', 'price_minor', 'price_currency', 'status', 'version', 'updated_at'];

/** The copy that jobs keeps, field by field, for every item of the row; what was deleted has left id and version. */
async function projectionViolations(query: Query, { untold }: Expectations): Promise<readonly Violation[]> {
  const different = COPIED.filter((name) => !untold.includes(name))
    .map((name) => `NOT (p.${name} <=> i.${name})`)
    .join(' OR ');
  const stale = await query<Item>(
    `SELECT i.id AS itemId, i.version FROM catalog.items i JOIN (SELECT DISTINCT item_id FROM catalog.commits) c ON c.item_id = i.id
     LEFT JOIN jobs.item_copies p ON p.id = i.id WHERE p.id IS NULL OR ${different}`,
  );
  const undead = await query<Item>(
    `SELECT c.item_id AS itemId, c.version FROM catalog.commits c LEFT JOIN jobs.item_copies p ON p.id = c.item_id
     WHERE c.deleted AND (p.id IS NULL OR p.status IS NOT NULL OR p.version <> c.version)`,
  );
  return [...violation('projection', stale), ...violation('projection', undead)];
}

async function clientViolations(query: Query, memory: Memory): Promise<readonly Violation[]> {
  const commits = await query<{ itemId: string; marker: string; deleted: number }>(
    'SELECT item_id AS itemId, marker, deleted FROM catalog.commits',
  );
  const markers = new Map<string, number>();
  for (const { marker, deleted } of commits) if (deleted === 0) markers.set(marker, (markers.get(marker) ?? 0) + 1);
  const deleted = new Set(commits.filter((commit) => commit.deleted === 1).map(({ itemId }) => itemId));
  const isCommitted = ({ kind, itemId, marker }: Memory['acknowledged'][number]): boolean =>
    kind === 'delete' ? deleted.has(itemId) : markers.has(marker ?? '');
  const missing = memory.acknowledged.filter((write) => !isCommitted(write));
  const repeated = [...markers].filter(([, times]) => times > 1);
  const forbidden = memory.refused.filter((marker) => markers.has(marker));
  return [
    ...violation('acknowledged but not done', missing),
    ...violation('retried twice', repeated),
    ...violation('refused but done', forbidden),
    ...violation('answered otherwise', memory.otherAnswers),
  ];
}

async function importViolations(query: Query, imports: readonly ImportReport[]): Promise<readonly Violation[]> {
  const wrong: string[] = [];
  for (const { jobId, ownerId, rows, badRows, ended } of imports) {
    const [row] = await query<{ count: number }>('SELECT COUNT(*) AS count FROM catalog.items WHERE owner_id = ?', [ownerId]);
    const good = rows - badRows;
    const result = Object(ended.result) as Partial<Record<'created' | 'updated' | 'unchanged' | 'rejected', number>>;
    const isRight =
      ended.status === 'completed' &&
      (result.created ?? 0) + (result.unchanged ?? 0) === good &&
      result.created === good &&
      result.rejected === badRows &&
      Number(row?.count) === good;
    if (!isRight)
      wrong.push(
        `job ${jobId} of ${rows} rows is ${ended.status} with ${JSON.stringify(ended.result ?? ended.error)}; ${row?.count} items`,
      );
  }
  return violation('import', wrong);
}

async function outboxViolations(query: Query): Promise<readonly Violation[]> {
  const left: string[] = [];
  for (const schema of ['catalog', 'jobs']) {
    const [row] = await query<{ count: number }>(`SELECT COUNT(*) AS count FROM ${schema}.outbox_messages`);
    if (Number(row?.count) > 0) left.push(`${schema}: ${row?.count}`);
  }
  return violation('outbox', left);
}

function violation(kind: Violation['kind'], found: readonly unknown[]): readonly Violation[] {
  return found.length === 0 ? [] : [{ kind, count: found.length, example: JSON.stringify(found[0]) }];
}
