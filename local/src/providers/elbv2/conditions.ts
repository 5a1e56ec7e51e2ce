import { firstHeader, pathOf, queryOf, type EdgeRequest } from '../../edge/exchange.ts';
import { createWildcardTest } from '../../edge/wildcard.ts';
import type { Properties, Value } from '../../provider.ts';
import { recordOf, recordsOf, textOf, textsOf } from '../../read-value.ts';

export type Condition = (request: EdgeRequest) => boolean;

/** All conditions of a rule must hold; of one condition's values, any. @throws Error naming a field that is not supported */
export function parseConditions(conditions: readonly Properties[]): Condition {
  const tests = conditions.map(parseCondition);
  return (request) => tests.every((holds) => holds(request));
}

const PARSERS: Readonly<Record<string, (condition: Properties) => Condition>> = {
  'path-pattern': (condition) => {
    const matches = anyOf(valuesOf(condition, 'PathPatternConfig'), {});
    return (request) => matches(pathOf(request.path));
  },
  'host-header': (condition) => {
    const matches = anyOf(valuesOf(condition, 'HostHeaderConfig'), { ignoreCase: true });
    return (request) => matches((request.headers.host ?? '').replace(/:\d+$/, ''));
  },
  'http-header': (condition) => {
    const name = (textOf(recordOf(condition['HttpHeaderConfig'])['HttpHeaderName']) ?? '').toLowerCase();
    const matches = anyOf(valuesOf(condition, 'HttpHeaderConfig'), { ignoreCase: true });
    return (request) => {
      const value = firstHeader(request.headers, name);
      return value !== undefined && matches(value);
    };
  },
  'http-request-method': (condition) => {
    const methods = new Set(valuesOf(condition, 'HttpRequestMethodConfig'));
    return (request) => methods.has(request.method);
  },
  'query-string': (condition) => parseQueryCondition(recordsOf(recordOf(condition['QueryStringConfig'])['Values'])),
};

function parseCondition(condition: Properties): Condition {
  const field = textOf(condition['Field']) ?? '';
  const parse = PARSERS[field];
  if (parse === undefined) throw new Error(`A rule's condition on ${field} is not supported`);
  return parse(condition);
}

function parseQueryCondition(values: readonly Properties[]): Condition {
  const tests = values.map((value) => ({
    matchesKey: wildcardOf(value['Key']),
    matchesValue: wildcardOf(value['Value']),
  }));
  return (request) => {
    const parameters = [...new URLSearchParams(queryOf(request.path))];
    return tests.some(({ matchesKey, matchesValue }) => parameters.some(([key, value]) => matchesKey(key) && matchesValue(value)));
  };
}

function wildcardOf(value: Value | undefined): (text: string) => boolean {
  return createWildcardTest(textOf(value) ?? '*', { ignoreCase: true });
}

/** Older templates write `Values`, newer ones `<Field>Config.Values`. */
function valuesOf(condition: Properties, config: string): readonly string[] {
  const values = textsOf(recordOf(condition[config])['Values']);
  return values.length > 0 ? values : textsOf(condition['Values']);
}

function anyOf(patterns: readonly string[], options: { readonly ignoreCase?: boolean }): (text: string) => boolean {
  const tests = patterns.map((pattern) => createWildcardTest(pattern, options));
  return (text) => tests.some((matches) => matches(text));
}
