import { z } from 'zod';

/** Columns of JSON are text: of MariaDB's JSON type some drivers make objects and some do not. */
export const jsonText = z
  .string()
  .nullable()
  .transform((text): unknown => (text === null ? null : JSON.parse(text)));

export function toJsonText(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}
