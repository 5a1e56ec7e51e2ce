// What a zod schema does and JSON Schema does not show. Nobody can compare it with what was released, so no message may have it: `x-hidden` stands
// for it in the schema, which is a difference for the comparison and cannot be released.
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';

/** Of which JSON Schema says all; others, `catch` and `prefault` among them, are refused. */
const SHOWN_KINDS = new Set(
  (
    'string number boolean null object array record tuple union intersection enum literal template_literal ' +
    'optional nullable nonoptional default readonly lazy unknown any never'
  ).split(' '),
);
/** `custom` is shown by its message. */
const SHOWN_CHECKS = new Set(
  'string_format number_format greater_than less_than multiple_of min_length max_length length_equals custom describe meta'.split(' '),
);
/** Of a format: what it asks beyond its name and pattern. */
const HIDDEN_OPTIONS = ['hostname', 'protocol', 'normalize', 'alg'];
/** Patterns of zod itself that mean the same with `u` and without. */
const OWN_PATTERNS = new Set<unknown>(['starts_with', 'ends_with', 'includes', 'lowercase', 'uppercase', 'duration']);
/** Without the flag `u` these take halves of characters. */
const DEPENDS_ON_UNICODE = /\\[SWDu]|\[\^|\.|[^\x20-\x7E]/;
/** A literal dot. */
const ESCAPED_DOT = /\\\./g;

type Definition = Readonly<Record<string, unknown>>;

/** What JSON Schema does not show of this schema itself; its fields and elements answer for themselves. */
export function listHiddenRules(schema: z.core.$ZodType): readonly string[] {
  const definition: Definition = { ...schema._zod.def };
  const checks = (schema._zod.def.checks ?? []).map((check): Definition => ({ ...check._zod.def }));
  return [...describeKind(schema), ...[definition, ...checks].flatMap(describeCheck)];
}

function describeKind(schema: z.core.$ZodType): readonly string[] {
  const { type, coerce, inclusive, discriminator }: Definition = { ...schema._zod.def };
  return [
    ...(schema instanceof z.ZodPipe ? describePipe(schema) : SHOWN_KINDS.has(String(type)) ? [] : [`is of the kind ${String(type)}`]),
    ...(coerce === true ? ['makes its type of others'] : []),
    ...(inclusive === false && discriminator === undefined ? ['takes no value that fits two of its branches'] : []),
  ];
}

/** What arrives is JSON, so that a pipe to any JSON asks nothing of it. Into anything else it is a rule, or changes the value. */
function describePipe({ out }: z.ZodPipe): readonly string[] {
  const isAnyJson =
    out instanceof z.ZodLazy && out._zod.def.checks === undefined && isDeepStrictEqual(z.toJSONSchema(out), z.toJSONSchema(z.json()));
  return isAnyJson ? [] : ['is changed or checked by a second schema'];
}

function describeCheck({ check, error, pattern, format, ...options }: Definition): readonly string[] {
  if (typeof check !== 'string') return [];
  if (!SHOWN_CHECKS.has(check)) return [check === 'overwrite' ? 'changes its value' : `has a check of the kind ${check}`];
  if (check === 'custom' && error === undefined) return ['has a rule without a message'];
  return [
    ...(pattern instanceof RegExp ? describePattern(pattern, format) : []),
    ...HIDDEN_OPTIONS.filter((name) => options[name] !== undefined).map((name) => `has a format with ${name}`),
  ];
}

/** A pattern of JSON Schema has the flag `u` and no other. */
function describePattern({ source, flags }: RegExp, format: unknown): readonly string[] {
  const others = flags.replace('u', '');
  if (others !== '') return [`has a pattern with the flag ${others}`];
  const isSame = flags === 'u' || OWN_PATTERNS.has(format) || !DEPENDS_ON_UNICODE.test(source.replaceAll(ESCAPED_DOT, ''));
  return isSame ? [] : ['has a pattern that means something else with the flag u'];
}
