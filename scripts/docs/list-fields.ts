// A schema as the rows of a table: one for each field, however deep.
import { type JsonSchema, meaningOf, parseJsonSchema, REFINEMENTS } from '../contracts/json-schema.ts';
import { code } from './markdown.ts';

interface Field {
  /** Dotted; elements of lists are `[]`, values of maps `*`. */
  readonly path: string;
  readonly type: string;
  readonly meaning: string;
}

export function listFields(schema: JsonSchema, prefix = ''): readonly Field[] {
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.entries(parseJsonSchema(schema['properties'] ?? {})).flatMap(([name, value]) => {
    const field = parseJsonSchema(value);
    const path = `${prefix}${name}`;
    const notes = [required.includes(name) ? '' : 'Optional.', isPii(field) ? '**Personal data.**' : '', describe(field)];
    return [{ path, type: typeOf(field), meaning: notes.filter((note) => note !== '').join(' ') }, ...listInner(field, path)];
  });
}

function listInner(field: JsonSchema, path: string): readonly Field[] {
  return branchesOf(field).flatMap((branch) => {
    if (branch['items'] !== undefined) return listFields(parseJsonSchema(branch['items']), `${path}[].`);
    return branch['properties'] === undefined ? [] : listFields(branch, `${path}.`);
  });
}

function branchesOf(field: JsonSchema): readonly JsonSchema[] {
  const branches = field['anyOf'] ?? field['oneOf'];
  return Array.isArray(branches) ? branches.map(parseJsonSchema) : [field];
}

function isPii(field: JsonSchema): boolean {
  return branchesOf(field).some((branch) => branch['pii'] === true) || field['pii'] === true;
}

/** Of the field, or of what it is when it is not null. */
function describe(field: JsonSchema): string {
  const text = [field, ...branchesOf(field)].map(meaningOf).find((meaning) => meaning !== '');
  const rules = branchesOf(field).flatMap((branch) => (Array.isArray(branch[REFINEMENTS]) ? branch[REFINEMENTS].map(String) : []));
  return [text, ...rules].filter((part) => part !== undefined).join('; ');
}

function typeOf(field: JsonSchema): string {
  return branchesOf(field)
    .flatMap((branch) => (Array.isArray(branch['type']) ? branch['type'].map((type) => ({ ...branch, type })) : [branch]))
    .map(nameOf)
    .join(' or ');
}

function nameOf(schema: JsonSchema): string {
  const values = schema['const'] === undefined ? schema['enum'] : [schema['const']];
  if (Array.isArray(values)) return values.map((value) => code(JSON.stringify(value))).join(', ');
  if (schema['type'] === 'array')
    return `list of ${`${boundsOf(schema, 'Items')} ${typeOf(parseJsonSchema(schema['items'] ?? {}))}`.trim()}`;
  if (schema['type'] === 'object') return schema['properties'] === undefined ? 'object of any fields' : 'object';
  if (schema['type'] === 'string') return `${nameOfText(schema)}${lengthOf(schema)}`;
  if (schema['type'] === 'integer' || schema['type'] === 'number') return `${String(schema['type'])}${rangeOf(schema)}`;
  return typeof schema['type'] === 'string' ? schema['type'] : 'anything';
}

function nameOfText({ format, pattern }: JsonSchema): string {
  if (typeof format === 'string') return format === 'date-time' ? 'instant' : format;
  // Long ones are for machines.
  return typeof pattern === 'string' && pattern.length <= 40 ? `text like ${code(pattern.replaceAll('|', '\\|'))}` : 'text';
}

function lengthOf(schema: JsonSchema): string {
  const bounds = boundsOf(schema, 'Length');
  return bounds === '' ? '' : `, ${bounds} characters`;
}

/** How many elements or characters. */
function boundsOf(schema: JsonSchema, unit: 'Items' | 'Length'): string {
  const [least, most] = [schema[`min${unit}`], schema[`max${unit}`]];
  if (typeof most === 'number') return typeof least === 'number' ? `${least} to ${most}` : `up to ${most}`;
  return typeof least === 'number' ? `${least} or more` : '';
}

/** What every JavaScript number can hold goes without saying. */
function rangeOf({ minimum, exclusiveMinimum, maximum }: JsonSchema): string {
  const floor = typeof minimum === 'number' && minimum !== Number.MIN_SAFE_INTEGER ? ` ≥ ${minimum}` : '';
  const above = typeof exclusiveMinimum === 'number' ? ` > ${exclusiveMinimum}` : '';
  const ceiling = typeof maximum === 'number' && maximum !== Number.MAX_SAFE_INTEGER ? ` ≤ ${maximum}` : '';
  return `${floor}${above}${ceiling}`;
}
