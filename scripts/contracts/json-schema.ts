// The JSON Schema of a contract, always the same text for the same contract.
import type { MessageType } from '@torii/contracts';
import { z } from 'zod';
import { listHiddenRules } from './hidden-rules.ts';

/** A schema of JSON Schema 2020-12; which keywords it has is for its reader to find out. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Rules that are code, of which JSON Schema can say nothing but their message. */
export const REFINEMENTS = 'x-refinements';

/** What zod does and JSON Schema does not show. No message may have it: see `hidden-rules.ts`. */
export const HIDDEN = 'x-hidden';

/** First in every schema, in this order; the rest by name. */
const LEADING = ['$schema', 'title', 'description', 'type', 'properties', 'required'];
/** Their keys are names of fields, not keywords, so they keep their order. */
const MAPS = new Set(['properties', '$defs']);

/**
 * What the schema accepts on the wire, with the marks of personal data, and with the messages of rules that are code.
 * @throws Error when a part of it cannot be said in JSON Schema
 */
export function toJsonSchema(schema: z.ZodType): JsonSchema {
  const made = z.toJSONSchema(schema, {
    // Consumers parse what they receive, so what counts is what goes in.
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      const messages = listRefinements(zodSchema._zod.def.checks ?? []);
      if (messages.length > 0) Object.assign(jsonSchema, { [REFINEMENTS]: messages });
      const hidden = listHiddenRules(zodSchema);
      if (hidden.length > 0) Object.assign(jsonSchema, { [HIDDEN]: hidden });
    },
  });
  // Through JSON: zod adds what JSON does not know.
  return parseJsonSchema(arrange(JSON.parse(JSON.stringify(made))));
}

function listRefinements(checks: readonly z.core.$ZodCheck<never>[]): readonly string[] {
  return checks.flatMap(({ _zod: { def } }) => {
    if (def.check !== 'custom') return [];
    const error: unknown = def.error?.({ code: 'custom', path: [], input: undefined, message: '' } as never);
    return [typeof error === 'string' ? error : 'a rule without a message'];
  });
}

/** Every part of the schema that hides something, as sentences without a subject, each with the path of its keyword. */
export function findHidden(schema: unknown, path = ''): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) => {
    if (key === HIDDEN && Array.isArray(value)) return value.map((what) => `${path === '' ? 'it' : path} ${String(what)}`);
    return findHidden(value, path === '' ? key : `${path}.${key}`);
  });
}

function arrange(value: unknown, isMap = false): unknown {
  if (Array.isArray(value)) return value.map((element) => arrange(element));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, arrange(inner, !isMap && MAPS.has(key))] as const);
  return Object.fromEntries(isMap ? entries : entries.toSorted(([left], [right]) => compareKeywords(left, right)));
}

function compareKeywords(left: string, right: string): number {
  const rank = (keyword: string): number => (LEADING.includes(keyword) ? LEADING.indexOf(keyword) : LEADING.length);
  return rank(left) - rank(right) || (left < right ? -1 : 1);
}

/** `true` takes anything, and `false` nothing. @throws Error for what is no schema */
export function parseJsonSchema(value: unknown): JsonSchema {
  if (typeof value === 'boolean') return value ? {} : { not: {} };
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`A schema cannot be read: ${JSON.stringify(value)} is none.`);
  return value as JsonSchema;
}

/** A type, or the envelope around all of them. */
export type ContractName = MessageType | 'envelope' | (string & {});

/** What the schema says it means; '' when it does not say. */
export function meaningOf({ description }: JsonSchema): string {
  return typeof description === 'string' ? description : '';
}

/** Two spaces and a line end, as everything that is made here is written. */
export function toJsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
