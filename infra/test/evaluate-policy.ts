// As much of IAM's evaluation as the policies of these templates use; what it does not know it refuses to judge.
import type { Json } from './template.ts';

export interface Call {
  /** `service:Operation`. */
  readonly action: string;
  /** @default 'arn:aws:example:::anything' */
  readonly resource?: string;
  /** Values of condition keys; a list for a key with several values. */
  readonly context?: Readonly<Record<string, string | readonly string[]>>;
}

interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export function parseStatements(document: Json | undefined): readonly Statement[] {
  const { Statement: statements } = JSON.parse(JSON.stringify(document ?? {})) as { readonly Statement: readonly Statement[] };
  return statements;
}

/** Sids of the statements of that effect that the call meets. */
export function listMatching(statements: readonly Statement[], effect: Statement['Effect'], call: Call): readonly string[] {
  return statements.filter((statement) => statement.Effect === effect && meets(statement, call)).map(({ Sid = '' }) => Sid);
}

/** An allowing statement, and no denying one. */
export function isAllowed(statements: readonly Statement[], call: Call): boolean {
  return listMatching(statements, 'Deny', call).length === 0 && listMatching(statements, 'Allow', call).length > 0;
}

function meets(statement: Statement, { action, resource = 'arn:aws:example:::anything', context = {} }: Call): boolean {
  const isNamed = listOf(statement.Action ?? statement.NotAction).some((pattern) => isLike(pattern.toLowerCase(), action.toLowerCase()));
  const isMeant = statement.Action === undefined ? !isNamed : isNamed;
  const isListed = listOf(statement.Resource ?? statement.NotResource).some((pattern) => isLike(pattern, resource));
  const isThere = statement.Resource === undefined ? !isListed : isListed;
  return isMeant && isThere && meetsConditions(statement, context);
}

function meetsConditions({ Condition: conditions = {} }: Statement, context: NonNullable<Call['context']>): boolean {
  return Object.entries(conditions).every(([operator, tests]) =>
    Object.entries(tests).every(([key, expected]) => meetsCondition(operator, listOf(expected), context[key])),
  );
}

/** A key that the call lacks fails every test, but for the negated ones. */
function meetsCondition(operator: string, expected: readonly string[], given: string | readonly string[] | undefined): boolean {
  const values = listOf(given);
  switch (operator) {
    case 'StringEquals':
    case 'ForAnyValue:StringEquals':
      return values.some((value) => expected.includes(value));
    case 'StringNotEquals':
      return !values.some((value) => expected.includes(value));
    case 'StringLike':
    case 'ArnLike':
      return values.some((value) => expected.some((pattern) => isLike(pattern, value)));
    default:
      throw new Error(`A condition with ${operator} cannot be judged: this evaluator does not know it.`);
  }
}

/** `*` is any text, `?` any character. */
function isLike(pattern: string, text: string): boolean {
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's').test(text);
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}
