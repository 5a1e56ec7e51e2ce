import { z } from 'zod';

/** Marks a schema as personal data: logs, dead letters, traces and the console mask every field that carries the mark. */
export function pii<S extends z.ZodType>(schema: S): S {
  return schema.meta({ ...schema.meta(), pii: true });
}

/**
 * Dotted paths of every field below `schema` that is marked `pii`; list elements are written `*`.
 * @example findPiiPaths(identityUserRegisteredV1) // ['email', 'displayName']
 */
export function findPiiPaths(schema: z.ZodType, prefix = ''): readonly string[] {
  if (schema.meta()?.['pii'] === true) return prefix === '' ? [] : [prefix];
  const join = (name: string) => (prefix === '' ? name : `${prefix}.${name}`);
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape).flatMap(([name, field]) => findPiiPaths(field as z.ZodType, join(name)));
  if (schema instanceof z.ZodArray) return findPiiPaths(schema.element as z.ZodType, join('*'));
  if (schema instanceof z.ZodNullable || schema instanceof z.ZodOptional || schema instanceof z.ZodDefault)
    return findPiiPaths(schema.unwrap() as z.ZodType, prefix);
  return [];
}
