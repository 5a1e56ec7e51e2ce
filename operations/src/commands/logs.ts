// The commands of `npm run logs`, and what each takes.
import { parseWords, TARGET_OPTIONS, TARGET_USAGE } from '../cli/parse-words.ts';
import type { Program } from '../cli/io.ts';
import { createScreen } from '../cli/screen.ts';
import type { Session } from '../cli/session.ts';
import { UsageError } from '../cli/usage-error.ts';
import { countOf } from '../cli/count-of.ts';
import { maskText } from '../dead-letters/mask-message.ts';
import type { Answer, Cell } from '../logs/answer.ts';
import { askAthena } from '../logs/ask-athena.ts';
import { askDuckDb } from '../logs/ask-duckdb.ts';
import { listNamedQueries, type NamedQuery } from '../logs/named-query.ts';
import { listOptions, parseValues } from '../logs/parse-values.ts';
import { openTarget } from '../target/open-target.ts';

const USAGE = `Usage: npm run logs -- <command> [options]

  list                  the questions that have been thought of, and what they take
  query <name>          asks one of them

What (a query takes those of its own; list says which):
  --from <when>         lines since then: a time such as 2026-11-22T14:00Z, or how long ago, such as 2h (default 24h)
  --to <when>           lines until then (default now)
  --trace <id>          the trace, as the console, X-Ray and log lines have it
  --user <pseudonym>    the user: \`sub\` of the user pool, \`userId\` of log lines

Where:
${TARGET_USAGE}

Examples:
  npm run logs -- list
  npm run logs -- query error-rate --from 2h
  npm run logs -- query trace --trace 6561f2a80a1b2c3d4e5f60718293a4b5
  npm run logs -- query slowest-routes --from 7d --env prod --profile torii-prod

A line is there some seconds after it was written on the laptop, and some minutes after it in AWS.
Exit code: 0 done, 1 it could not be answered, 2 the command is wrong.
`;

const OPTIONS = {
  ...TARGET_OPTIONS,
  from: { type: 'string', default: '24h' },
  to: { type: 'string', default: 'now' },
  trace: { type: 'string' },
  user: { type: 'string' },
} as const;
type Values = ReturnType<typeof parseWords<typeof OPTIONS>>;

export const logs: Program = async ([command = '', ...words], io, signal) => {
  if (['--help', '-h', 'help'].includes(command) || words.includes('--help')) {
    io.stdout.write(USAGE);
    return 0;
  }
  if (command !== 'list' && command !== 'query')
    throw new UsageError(
      `${command === '' ? 'logs needs a command' : `logs has no command ${JSON.stringify(command)}`}: it is list or query.\n\n${USAGE}`,
    );
  const [name, options] = command === 'query' && words[0]?.startsWith('-') === false ? [words[0], words.slice(1)] : ['', words];
  const values = parseWords(`logs ${command}`, options, OPTIONS);
  const target = await openTarget(values, io.env);
  const session: Session = { target, screen: createScreen(io, values.json), signal, now: Date.now };
  try {
    const queries = await listNamedQueries(target.athena, target.workGroup);
    return command === 'list' ? list(session, queries) : await query(session, findQuery(name, queries), values);
  } finally {
    target.close();
  }
};

function list({ screen, target }: Session, queries: readonly NamedQuery[]): number {
  screen.line(`${countOf(queries.length, 'question')} to the log lake of ${target.label}\n`);
  screen.table(
    ['QUERY', 'TAKES', 'ANSWER'],
    queries.map((each) => [each.name, describeOptions(each), each.description]),
  );
  screen.result({
    target: target.label,
    queries: queries.map(({ name, description, parameters }) => ({ name, description, takes: ['from', 'to', ...listOptions(parameters)] })),
  });
  return 0;
}

function describeOptions({ parameters }: NamedQuery): string {
  return ['[--from]', '[--to]', ...listOptions(parameters).map((name) => `--${name}`)].join(' ');
}

function findQuery(name: string, queries: readonly NamedQuery[]): NamedQuery {
  const found = queries.find((each) => each.name === name);
  if (found !== undefined) return found;
  const known = queries.map((each) => each.name).join(', ');
  throw new UsageError(
    `${name === '' ? 'logs query cannot be run: no query is named' : `There is no query ${JSON.stringify(name)}`}. It is one of ${known}.`,
  );
}

async function query(session: Session, asked: NamedQuery, { from, to, trace, user }: Values): Promise<number> {
  const { target, screen, signal } = session;
  const values = parseValues(asked, { from, to, values: { trace, user } }, session.now());
  const question = { athena: target.athena, query: asked, values, signal };
  const answer = target.isLocal
    ? await askDuckDb({ ...question, s3: target.s3 })
    : await askAthena({ ...question, workGroup: target.workGroup });
  show(session, asked, answer);
  screen.result({ target: target.label, query: asked.name, columns: answer.columns, rows: toRecords(answer) });
  return 0;
}

function show({ screen, target }: Session, { description }: NamedQuery, { columns, rows, remark }: Answer): void {
  screen.line(`${description}, in ${target.label}\n`);
  screen.table(
    columns.map((column) => column.replaceAll('_', ' ').toUpperCase()),
    rows.map((row) => row.map(showCell)),
  );
  screen.line(
    `${rows.length === 0 ? 'Nothing was found' : `\n${countOf(rows.length, 'row')}`}${remark === undefined ? '' : `, ${remark}`}.`,
  );
}

/** Lines were masked when they were written; once more here costs nothing. */
function showCell(cell: Cell): string {
  return cell === null ? '–' : maskText(String(cell));
}

function toRecords({ columns, rows }: Answer): readonly Readonly<Record<string, Cell>>[] {
  const masked = (cell: Cell | undefined): Cell => (typeof cell === 'string' ? maskText(cell) : (cell ?? null));
  return rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, masked(row[index])])));
}
