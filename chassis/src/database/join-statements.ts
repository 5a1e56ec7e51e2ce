// Statements of a transaction that need no answer of their own travel with the next one, in one packet: each packet costs both sides a turn, and the
// request a round trip.

/**
 * What a statement begins with that may travel together with the start of its transaction, and what else was held back. It must not need the
 * `insertId` of its answer; should the transaction have begun before it, it runs as it is.
 */
export const JOINS_BEGIN = '/*joins-begin*/';

/**
 * What a statement begins with that may travel together with the next one of its transaction, such as the commit. It gets no answer, and its failure is
 * that of the next.
 */
export const JOINS_NEXT = '/*joins-next*/';

const TOGETHER = '/*together*/';

/** Makes one statement of several, which may begin their transaction, too. Queried as RAW it gives a list: the rows of each that has some. */
export function together(...statements: readonly string[]): string {
  return `${TOGETHER}${statements.join('; ')}`;
}

export function isTogether(sql: string): boolean {
  return sql.startsWith(TOGETHER);
}

// As Sequelize writes them.
const BEGIN = 'START TRANSACTION;';
const COMMIT = 'COMMIT;';
const ROLLBACK = 'ROLLBACK;';

/** Characters; with what they travel with they must stay below `max_allowed_packet`, 16 MiB unless somebody changes it. */
const MAX_HELD = 1024 * 1024;

/** What to do with a statement: nothing yet, or nothing at all; to send it, perhaps with others; or others first. */
export type Step =
  | { readonly kind: 'answer' }
  | { readonly kind: 'send'; readonly statements: readonly string[] }
  | { readonly kind: 'send-after'; readonly earlier: readonly string[] };

/**
 * Decides about the statements of one connection, one after another. The start of a transaction is held back, too: at READ COMMITTED nothing is seen or locked before its
 * first statement.
 * @param isText false for a prepared statement, which cannot be part of another
 */
export function createJoiner(): (sql: string, isText: boolean) => Step {
  let held: readonly string[] = [];
  let isInTransaction = false;
  return (sql, isText) => {
    const earlier = held;
    isInTransaction = sql === BEGIN || (isInTransaction && sql !== COMMIT && sql !== ROLLBACK);
    const isHeld = sql === BEGIN || (isInTransaction && isText && mayWait(sql, earlier));
    held = isHeld ? [...earlier, sql] : [];
    return isHeld || endsNothing(sql, earlier) ? { kind: 'answer' } : decideSending(sql, isText, earlier);
  };
}

function decideSending(sql: string, isText: boolean, earlier: readonly string[]): Step {
  if (earlier.length === 0 || sql === ROLLBACK) return { kind: 'send', statements: [sql] };
  const mayJoin = sql === COMMIT || (isText && (sql.startsWith(JOINS_BEGIN) || isTogether(sql)));
  return mayJoin ? { kind: 'send', statements: [...earlier, sql] } : { kind: 'send-after', earlier };
}

function mayWait(sql: string, earlier: readonly string[]): boolean {
  return sql.startsWith(JOINS_NEXT) && earlier.reduce((length, each) => length + each.length, sql.length) <= MAX_HELD;
}

/** The end of a transaction of which nothing was sent, and nothing is to be kept. */
function endsNothing(sql: string, earlier: readonly string[]): boolean {
  return earlier[0] === BEGIN && (sql === ROLLBACK || (sql === COMMIT && earlier.length === 1));
}

/** MariaDB's compound statement: one packet, without `multipleStatements`, which would let an injected statement through anywhere. */
export function joinStatements(statements: readonly string[]): string {
  const [first = '', ...others] = statements;
  if (others.length === 0 && !isTogether(first)) return first;
  return `BEGIN NOT ATOMIC ${statements.map((sql) => sql.replace(/;$/, '')).join('; ')}; END`;
}

/** First words of statements; the rest may hold personal data. The start of a transaction is told with what it travels with. */
export function describeStatements(statements: readonly string[]): string {
  const told = statements.length === 1 ? statements : statements.filter((sql) => sql !== BEGIN);
  return [...new Set(told.map(operationOf))].join(' ');
}

function operationOf(sql: string): string {
  return /^(?:\s|\/\*[\w-]+\*\/|SET STATEMENT [^']*? FOR )*(\w+)/.exec(sql)?.[1]?.toUpperCase() ?? 'STATEMENT';
}
