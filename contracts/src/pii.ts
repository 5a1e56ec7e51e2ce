import { z } from 'zod';

/** Marks a schema as personal data: logs, dead letters, traces and the console mask every field that carries the mark. */
export function pii<S extends z.ZodType>(schema: S): S {
  return schema.meta({ ...schema.meta(), pii: true });
}

/**
 * Dotted paths of every field below `schema` that is marked `pii`, in any of its forms; elements of lists and values of records are written `*`.
 * @example findPiiPaths(identityUserRegisteredV1) // ['email', 'displayName']
 */
export function findPiiPaths(schema: z.ZodType, prefix = ''): readonly string[] {
  if (schema.meta()?.['pii'] === true) return prefix === '' ? [] : [prefix];
  const paths = listParts(schema).flatMap(({ name, part }) =>
    findPiiPaths(part, name === undefined ? prefix : prefix === '' ? name : `${prefix}.${name}`),
  );
  return [...new Set(paths)];
}

interface Part {
  /** Undefined: the part stands in the place of the whole. */
  readonly name?: string;
  readonly part: z.ZodType;
}

function listParts(schema: z.ZodType): readonly Part[] {
  if (schema instanceof z.ZodObject) return Object.entries(schema.shape).map(([name, part]) => toPart(part, name));
  if (schema instanceof z.ZodArray) return [toPart(schema.element, '*')];
  if (schema instanceof z.ZodTuple) return schema.def.items.map((part) => toPart(part, '*'));
  if (schema instanceof z.ZodRecord) return [toPart(schema.valueType, '*')];
  if (schema instanceof z.ZodUnion) return schema.options.map((part) => toPart(part));
  if (schema instanceof z.ZodIntersection) return [toPart(schema.def.left), toPart(schema.def.right)];
  if (schema instanceof z.ZodPipe) return [toPart(schema.in), toPart(schema.out)];
  if (WRAPPERS.some((wrapper) => schema instanceof wrapper)) return [toPart(Reflect.get(schema.def, 'innerType'))];
  return [];
}

const WRAPPERS = [z.ZodNullable, z.ZodOptional, z.ZodDefault, z.ZodPrefault, z.ZodNonOptional, z.ZodReadonly, z.ZodCatch] as const;

function toPart(part: unknown, name?: string): Part {
  return { part: part as z.ZodType, ...(name !== undefined && { name }) };
}
