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

export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  /** In policies of resources: who. */
  readonly Principal?: '*' | Readonly<Record<string, string | readonly string[]>>;
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
  return namesAction(statement, action) && namesResource(statement, resource) && meetsConditions(statement, context);
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
    // A key that is not there passes: none of its values is another.
    case 'ForAllValues:StringEquals':
      return values.every((value) => expected.includes(value));
    case 'StringLike':
    case 'ArnLike':
    // Wildcards count in both: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
    case 'ArnEquals':
      return values.some((value) => expected.some((pattern) => isLike(pattern, value)));
    default:
      throw new Error(`A condition with ${operator} cannot be judged: this evaluator does not know it.`);
  }
}

/** The action is one of the statement's. */
export function namesAction(statement: Statement, action: string): boolean {
  const isNamed = listOf(statement.Action ?? statement.NotAction).some((pattern) => isLike(pattern.toLowerCase(), action.toLowerCase()));
  return statement.Action === undefined ? !isNamed : isNamed;
}

/** The resource is one of the statement's. */
export function namesResource(statement: Statement, resource: string): boolean {
  const isListed = listOf(statement.Resource ?? statement.NotResource).some((pattern) => isLike(pattern, resource));
  return statement.Resource === undefined ? !isListed : isListed;
}

/** `*` is any text, `?` any character. */
export function isLike(pattern: string, text: string): boolean {
  const known = EXPRESSIONS.get(pattern) ?? toExpression(pattern);
  EXPRESSIONS.set(pattern, known);
  return known.test(text);
}

/** Policies ask the same a thousand times over. */
const EXPRESSIONS = new Map<string, RegExp>();

function toExpression(pattern: string): RegExp {
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
}

export function listOf(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}
