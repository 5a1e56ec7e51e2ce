import { isDeepStrictEqual } from 'node:util';
import { type Alternative, listAlternatives, pairAlternatives, type Resolve } from './alternatives.ts';
import { compareConstraints } from './compare-constraints.ts';
import { compareObjects, join } from './compare-objects.ts';
import { type JsonSchema, parseJsonSchema } from './json-schema.ts';
import { change, type SchemaChange } from './schema-changes.ts';

const ANYTHING: JsonSchema = {};
const TEXTS = ['title', 'description', 'examples', '$comment'];

/** Every difference between two schemas of one message version; the same data in another order of keywords is none. */
export function compareSchemas(before: JsonSchema, after: JsonSchema): readonly SchemaChange[] {
  return createComparison(before, after)('', { schema: before, isPii: false }, { schema: after, isPii: false });
}

/** A part of a schema, and whether something around it is marked as personal data: a mark counts for all that is inside. */
interface Node {
  readonly schema: JsonSchema;
  readonly isPii: boolean;
}

type Compare = (path: string, before: Node, after: Node) => readonly SchemaChange[];

function createComparison(beforeRoot: JsonSchema, afterRoot: JsonSchema): Compare {
  const [resolveBefore, resolveAfter] = [createResolve(beforeRoot), createResolve(afterRoot)];
  /** Pairs of references that are being compared: a schema that contains itself has no end. */
  const seen = new Set<string>();
  const compare: Compare = (path, before, after) => {
    const references = `${String(before.schema['$ref'])} ${String(after.schema['$ref'])}`;
    if (seen.has(references)) return [];
    if (before.schema['$ref'] !== undefined && after.schema['$ref'] !== undefined) seen.add(references);
    const left = listAlternatives(before.schema, resolveBefore);
    const right = listAlternatives(after.schema, resolveAfter);
    const { pairs, removed, added } = pairAlternatives(left, right);
    // A mark on one branch of a union covers that branch alone.
    const marked = pairs.map(([old, next]) => ({
      old,
      next,
      wasPii: before.isPii || isMarked(old),
      isPii: after.isPii || isMarked(next),
    }));
    return [
      ...compareTypes(path, removed, added),
      ...comparePii(path, marked),
      ...compareAnnotations(path, resolveBefore(before.schema), resolveAfter(after.schema)),
      ...marked.flatMap(({ old, next, wasPii, isPii }) =>
        compareAlternatives(path, old, next, (inner, from, to) => compare(inner, { schema: from, isPii: wasPii }, { schema: to, isPii })),
      ),
    ];
  };
  return compare;
}

function createResolve(root: JsonSchema): Resolve {
  const resolve: Resolve = (schema) => {
    const reference = schema['$ref'];
    if (typeof reference !== 'string') return schema;
    const target = reference
      .split('/')
      .slice(1)
      .reduce<unknown>((node, part) => parseJsonSchema(node)[part], root);
    return resolve(parseJsonSchema(target));
  };
  return resolve;
}

function compareTypes(path: string, removed: readonly Alternative[], added: readonly Alternative[]): readonly SchemaChange[] {
  const [lost, gained] = [removed.map(nameOf), added.map(nameOf)];
  if (gained.includes('anything')) return [change('type-widened', path, `takes anything; it was ${lost.join(' or ')}`)];
  if (lost.includes('anything')) return [change('type-narrowed', path, `is ${gained.join(' or ')}; it was anything`)];
  if (lost.length > 0 && gained.length > 0) return [change('type-changed', path, `is ${gained.join(' or ')}; it was ${lost.join(' or ')}`)];
  if (lost.length > 0) return [change('type-narrowed', path, `does not take ${lost.join(' or ')} any more`)];
  return gained.length > 0 ? [change('type-widened', path, `takes ${gained.join(' or ')} as well`)] : [];
}

function nameOf({ kind, schema }: Alternative): string {
  return kind === 'any' ? 'anything' : String(schema['type']);
}

function isMarked({ schema }: Alternative): boolean {
  return schema['pii'] === true;
}

function comparePii(path: string, pairs: readonly { readonly wasPii: boolean; readonly isPii: boolean }[]): readonly SchemaChange[] {
  const isLost = pairs.some(({ wasPii, isPii }) => wasPii && !isPii);
  const isNew = pairs.some(({ wasPii, isPii }) => isPii && !wasPii);
  return [
    ...(isLost ? [change('pii-removed', path, 'is personal data that nothing masks any more')] : []),
    ...(isNew ? [change('pii-added', path, 'is masked as personal data')] : []),
  ];
}

function compareAnnotations(path: string, before: JsonSchema, after: JsonSchema): readonly SchemaChange[] {
  const texts = TEXTS.filter((keyword) => !isDeepStrictEqual(before[keyword], after[keyword]));
  const [left, right] = [JSON.stringify(before['default']), JSON.stringify(after['default'])];
  return [
    ...texts.map((keyword) => change('text-changed', path, `has another ${keyword}`)),
    ...(left === right
      ? []
      : [change('default-changed', path, `means ${right ?? 'nothing'} when it is left out; it was ${left ?? 'nothing'}`)]),
  ];
}

function compareAlternatives(
  path: string,
  { kind, schema: before }: Alternative,
  { schema: after }: Alternative,
  descend: (path: string, before: JsonSchema, after: JsonSchema) => readonly SchemaChange[],
): readonly SchemaChange[] {
  const constraints = [...compareWholeness(path, before, after), ...compareConstraints(path, before, after)];
  if (kind === 'object') return [...constraints, ...compareObjects(path, before, after, descend)];
  if (kind !== 'array') return constraints;
  return [
    ...constraints,
    ...descend(join(path, '*'), parseJsonSchema(before['items'] ?? ANYTHING), parseJsonSchema(after['items'] ?? ANYTHING)),
  ];
}

function compareWholeness(path: string, before: JsonSchema, after: JsonSchema): readonly SchemaChange[] {
  const [left, right] = [before['type'], after['type']];
  if (left === right) return [];
  return [
    left === 'integer'
      ? change('type-widened', path, 'takes fractions as well')
      : change('type-narrowed', path, 'takes whole numbers only'),
  ];
}
