// Event patterns, decided as EventBridge does. Fields of a pattern are and-ed, the values of a field or-ed.
// Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
import { BlockList, isIP } from 'node:net';
import type { Properties, Value } from '../../provider.ts';

export function matchesPattern(pattern: Properties, event: Value | undefined): boolean {
  return Object.entries(pattern).every(([name, expected]) => {
    if (name === '$or' && Array.isArray(expected)) return expected.some((branch) => isRecord(branch) && matchesPattern(branch, event));
    const actual = isRecord(event) ? event[name] : undefined;
    if (Array.isArray(expected)) return matchesLeaf(expected, actual);
    if (!isRecord(expected)) return false;
    // One element of a list must satisfy the whole pattern below it, not each field a different element.
    if (Array.isArray(actual)) return actual.some((element) => matchesPattern(expected, element));
    return matchesPattern(expected, actual);
  });
}

/** @throws Error naming what EventBridge would refuse. */
export function assertPattern(pattern: Value | undefined): asserts pattern is Properties {
  if (!isRecord(pattern) || Object.keys(pattern).length === 0) throw new Error('An event pattern must be a non-empty object');
  assertFields(pattern);
}

function assertFields(pattern: Properties): void {
  for (const [name, expected] of Object.entries(pattern)) {
    if (name === '$or' && Array.isArray(expected)) for (const branch of expected) assertPattern(branch);
    else if (Array.isArray(expected)) assertLeaf(name, expected);
    else if (isRecord(expected)) assertFields(expected);
    else throw new Error(`Field ${name} of an event pattern must be a list or an object`);
  }
}

function assertLeaf(name: string, expected: readonly Value[]): void {
  if (expected.length === 0) throw new Error(`Field ${name} of an event pattern must not be an empty list`);
  for (const matcher of expected) {
    if (Array.isArray(matcher)) throw new Error(`Field ${name} of an event pattern must not hold a list in a list`);
    const operator = isRecord(matcher) ? Object.keys(matcher)[0] : undefined;
    if (isRecord(matcher) && (operator === undefined || !Object.hasOwn(OPERATORS, operator)))
      throw new Error(`Field ${name} of an event pattern has no known operator: ${JSON.stringify(matcher)}`);
  }
}

function matchesLeaf(expected: readonly Value[], actual: Value | undefined): boolean {
  // `exists` is about leaves: an object is no leaf, so it counts as absent.
  if (actual === undefined || isRecord(actual)) return expected.some((matcher) => isRecord(matcher) && matcher['exists'] === false);
  const values = Array.isArray(actual) ? actual.filter((value) => !isRecord(value)) : [actual];
  if (Array.isArray(actual) && actual.length === 0) return expected.some((matcher) => isRecord(matcher) && matcher['exists'] === true);
  return expected.some((matcher) => values.some((value) => matchesValue(matcher, value)));
}

function matchesValue(matcher: Value, actual: Value): boolean {
  if (!isRecord(matcher)) return matcher === actual;
  const [operator, operand] = Object.entries(matcher)[0] ?? [];
  if (operator === undefined || operand === undefined || !Object.hasOwn(OPERATORS, operator)) return false;
  return OPERATORS[operator]?.(actual, operand) ?? false;
}

const OPERATORS: Readonly<Record<string, (actual: Value, operand: Value) => boolean>> = {
  exists: (_actual, operand) => operand === true,
  prefix: (actual, operand) => compareText(actual, operand, (text, part) => text.startsWith(part)),
  suffix: (actual, operand) => compareText(actual, operand, (text, part) => text.endsWith(part)),
  'equals-ignore-case': (actual, operand) => compareText(actual, { 'equals-ignore-case': operand }, (text, other) => text === other),
  wildcard: (actual, operand) => typeof actual === 'string' && typeof operand === 'string' && toRegExp(operand).test(actual),
  numeric: (actual, operand) => typeof actual === 'number' && Array.isArray(operand) && isInRange(actual, operand),
  cidr: (actual, operand) => typeof actual === 'string' && typeof operand === 'string' && isInSubnet(actual, operand),
  'anything-but': (actual, operand) => {
    const [operator, operands] = isRecord(operand) ? (Object.entries(operand)[0] ?? []) : [undefined, operand];
    const excluded = Array.isArray(operands) ? operands : [operands];
    return excluded.every((one) => !matchesValue(operator === undefined ? (one ?? null) : { [operator]: one ?? null }, actual));
  },
};

/** `operand` is a text, or `{ "equals-ignore-case": text }`. */
function compareText(actual: Value, operand: Value, compare: (text: string, part: string) => boolean): boolean {
  if (typeof actual !== 'string') return false;
  if (typeof operand === 'string') return compare(actual, operand);
  const folded = isRecord(operand) ? operand['equals-ignore-case'] : undefined;
  return typeof folded === 'string' && compare(actual.toLowerCase(), folded.toLowerCase());
}

function isInRange(actual: number, conditions: readonly Value[]): boolean {
  for (let index = 0; index < conditions.length; index += 2) {
    const [operator, bound] = [String(conditions[index]), Number(conditions[index + 1])];
    if (COMPARISONS[operator]?.(actual, bound) !== true) return false;
  }
  return conditions.length > 0;
}

const COMPARISONS: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  '=': (left, right) => left === right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
};

function isInSubnet(address: string, subnet: string): boolean {
  const [network = '', bits] = subnet.split('/');
  const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
  const length = Number(bits);
  if (isIP(network) === 0 || isIP(address) === 0 || !Number.isInteger(length) || length < 0 || length > (family === 'ipv6' ? 128 : 32))
    return false;
  const list = new BlockList();
  list.addSubnet(network, length, family);
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** `*` is any text; `\*` and `\\` stand for themselves. */
function toRegExp(wildcard: string): RegExp {
  const source = wildcard
    .split(/(\\\\|\\\*|\*)/)
    .map((part) => (part === '*' ? '[\\s\\S]*' : part.replace(/^\\([*\\])$/, '$1').replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
    .join('');
  return new RegExp(`^${source}$`);
}

function isRecord(value: Value | undefined): value is Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
