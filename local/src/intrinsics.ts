// Resolves CloudFormation's intrinsic functions
// (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html) and dynamic references.
import type { Properties, Value } from './provider.ts';
import type { TemplateValue } from './template.ts';

/** What the functions ask of the stack they stand in. */
export interface Scope {
  /** Physical id of a resource, value of a parameter or of a pseudo parameter. */
  ref(name: string): Value;
  attribute(logicalId: string, name: string): Value;
  exportedValue(name: string): Value;
  stackOutput(stackName: string, outputName: string): Value;
  mapping(map: string, key: string, name: string): Value;
  condition(name: string): boolean;
  availabilityZones(): readonly string[];
  /** Value behind `{{resolve:<service>:<reference>}}`. */
  dynamicReference(service: string, reference: string): string;
}

/** Result of `AWS::NoValue`: the property it stands for is left out. */
const NO_VALUE = Symbol('AWS::NoValue');
type Resolved = Value | typeof NO_VALUE;
type IntrinsicFunction = (argument: TemplateValue, scope: Scope) => Resolved;

/** @throws Error naming the function that cannot be resolved. */
export function resolveProperties(properties: Readonly<Record<string, TemplateValue>>, scope: Scope): Properties {
  return resolveObject(properties, scope);
}

/** @throws Error naming the function that cannot be resolved. */
export function resolveValue(value: TemplateValue, scope: Scope): Value {
  const resolved = resolve(value, scope);
  return resolved === NO_VALUE ? null : resolved;
}

function resolve(value: TemplateValue, scope: Scope): Resolved {
  if (typeof value === 'string') return resolveDynamicReferences(value, scope);
  if (isList(value)) return value.map((element) => resolve(element, scope)).filter((element) => element !== NO_VALUE);
  if (value === null || typeof value !== 'object') return value;
  const [name, ...others] = Object.keys(value);
  if (name === undefined || others.length > 0) return resolveObject(value, scope);
  const intrinsic = functions[name];
  if (intrinsic !== undefined) {
    const result = intrinsic(value[name] ?? null, scope);
    return typeof result === 'string' ? resolveDynamicReferences(result, scope) : result;
  }
  if (name.startsWith('Fn::')) throw new Error(`${name} is not known here: add it to local/src/intrinsics.ts`);
  return resolveObject(value, scope);
}

function resolveObject(value: Readonly<Record<string, TemplateValue>>, scope: Scope): Record<string, Value> {
  const entries = Object.entries(value).flatMap(([name, element]): [string, Value][] => {
    const resolved = resolve(element, scope);
    return resolved === NO_VALUE ? [] : [[name, resolved]];
  });
  return Object.fromEntries(entries);
}

function resolveDynamicReferences(text: string, scope: Scope): string {
  return text.replace(/\{\{resolve:(ssm|ssm-secure|secretsmanager):([^}]+)\}\}/g, (_match, service: string, reference: string) =>
    scope.dynamicReference(service, reference),
  );
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

function parseList(argument: TemplateValue, scope: Scope, name: string): readonly Value[] {
  const list = resolve(argument, scope);
  if (list === NO_VALUE || !isList(list)) throw new Error(`${name} cannot be resolved: it wants a list, not ${JSON.stringify(argument)}`);
  return list;
}

function parseText(argument: TemplateValue, scope: Scope, name: string): string {
  const text = resolve(argument, scope);
  if (typeof text === 'string' || typeof text === 'number' || typeof text === 'boolean') return String(text);
  throw new Error(`${name} cannot be resolved: it wants text, not ${JSON.stringify(argument)}`);
}

function parseArguments(argument: TemplateValue, name: string): readonly TemplateValue[] {
  if (isList(argument)) return argument;
  throw new Error(`${name} cannot be resolved: it wants a list of arguments, not ${JSON.stringify(argument)}`);
}

function isTrue(argument: TemplateValue, scope: Scope): boolean {
  if (argument !== null && typeof argument === 'object' && !isList(argument) && typeof argument['Condition'] === 'string')
    return scope.condition(argument['Condition']);
  return resolve(argument, scope) === true;
}

function getAttribute(argument: TemplateValue, scope: Scope): Value {
  const [logicalId = '', ...path] =
    typeof argument === 'string'
      ? argument.split('.')
      : parseArguments(argument, 'Fn::GetAtt').map((part) => parseText(part, scope, 'Fn::GetAtt'));
  return scope.attribute(logicalId, path.join('.'));
}

function substitute(argument: TemplateValue, scope: Scope): string {
  const [text = '', variables = {}] = typeof argument === 'string' ? [argument] : parseArguments(argument, 'Fn::Sub');
  const values = variables !== null && typeof variables === 'object' && !isList(variables) ? variables : {};
  return String(text).replace(/\$\{([^}]+)\}/g, (_match, name: string) => {
    if (name.startsWith('!')) return `\${${name.slice(1)}}`;
    const value = values[name];
    if (value !== undefined) return parseText(value, scope, 'Fn::Sub');
    return String(name.includes('.') ? getAttribute(name, scope) : scope.ref(name));
  });
}

function ref(argument: TemplateValue, scope: Scope): Resolved {
  return argument === 'AWS::NoValue' ? NO_VALUE : scope.ref(String(argument));
}

function join(argument: TemplateValue, scope: Scope): string {
  const [separator = '', list = []] = parseArguments(argument, 'Fn::Join');
  return parseList(list, scope, 'Fn::Join').join(parseText(separator, scope, 'Fn::Join'));
}

function select(argument: TemplateValue, scope: Scope): Value {
  const [index = null, list = []] = parseArguments(argument, 'Fn::Select');
  const element = parseList(list, scope, 'Fn::Select')[Number(parseText(index, scope, 'Fn::Select'))];
  if (element === undefined)
    throw new Error(`Fn::Select cannot be resolved: no element ${JSON.stringify(index)} in ${JSON.stringify(list)}`);
  return element;
}

function split(argument: TemplateValue, scope: Scope): Value {
  const [separator = null, text = null] = parseArguments(argument, 'Fn::Split');
  return parseText(text, scope, 'Fn::Split').split(parseText(separator, scope, 'Fn::Split'));
}

function chooseIf(argument: TemplateValue, scope: Scope): Resolved {
  const [condition = null, whenTrue = null, whenFalse = null] = parseArguments(argument, 'Fn::If');
  return resolve(scope.condition(String(condition)) ? whenTrue : whenFalse, scope);
}

function findInMap(argument: TemplateValue, scope: Scope): Value {
  const [map = '', key = '', name = ''] = parseArguments(argument, 'Fn::FindInMap').map((part) => parseText(part, scope, 'Fn::FindInMap'));
  return scope.mapping(map, key, name);
}

function getStackOutput(argument: TemplateValue, scope: Scope): Value {
  const resolved = resolve(argument, scope);
  if (resolved === NO_VALUE || resolved === null || typeof resolved !== 'object' || isList(resolved))
    throw new Error(`Fn::GetStackOutput cannot be resolved: it wants StackName and OutputName, not ${JSON.stringify(argument)}`);
  return scope.stackOutput(String(resolved['StackName']), String(resolved['OutputName']));
}

function equals(argument: TemplateValue, scope: Scope): boolean {
  const [left = null, right = null] = parseArguments(argument, 'Fn::Equals').map((part) => resolve(part, scope));
  return String(left) === String(right);
}

const functions: Readonly<Record<string, IntrinsicFunction>> = {
  Ref: ref,
  'Fn::GetAtt': getAttribute,
  'Fn::Sub': substitute,
  'Fn::Join': join,
  'Fn::Select': select,
  'Fn::Split': split,
  'Fn::If': chooseIf,
  'Fn::FindInMap': findInMap,
  'Fn::ImportValue': (argument, scope) => scope.exportedValue(parseText(argument, scope, 'Fn::ImportValue')),
  'Fn::GetStackOutput': getStackOutput,
  'Fn::GetAZs': (_argument, scope) => scope.availabilityZones(),
  'Fn::Base64': (argument, scope) => Buffer.from(parseText(argument, scope, 'Fn::Base64')).toString('base64'),
  'Fn::ToJsonString': (argument, scope) => JSON.stringify(resolveValue(argument, scope)),
  'Fn::Equals': equals,
  'Fn::And': (argument, scope) => parseArguments(argument, 'Fn::And').every((part) => isTrue(part, scope)),
  'Fn::Or': (argument, scope) => parseArguments(argument, 'Fn::Or').some((part) => isTrue(part, scope)),
  'Fn::Not': (argument, scope) => !parseArguments(argument, 'Fn::Not').every((part) => isTrue(part, scope)),
};

/** Names of the resources a value refers to by Ref, Fn::GetAtt or Fn::Sub. */
export function listReferences(value: TemplateValue): readonly string[] {
  if (value === null || typeof value !== 'object') return [];
  if (isList(value)) return value.flatMap(listReferences);
  return Object.entries(value).flatMap(([name, argument]) => {
    if (name === 'Ref' && typeof argument === 'string') return [argument];
    if (name === 'Fn::GetAtt') return [String(typeof argument === 'string' ? argument.split('.')[0] : isList(argument) ? argument[0] : '')];
    if (name === 'Fn::Sub') return [...listSubReferences(argument), ...listReferences(argument)];
    return listReferences(argument);
  });
}

function listSubReferences(argument: TemplateValue): readonly string[] {
  const text = typeof argument === 'string' ? argument : isList(argument) ? argument[0] : '';
  return [...String(text).matchAll(/\$\{([^!}.]+)[^}]*\}/g)].map((match) => match[1] ?? '');
}
