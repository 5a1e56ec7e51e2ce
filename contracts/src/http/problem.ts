import { z } from 'zod';

/** What a problem's `type` is, whoever answers: its code as a URN. */
export function problemType(code: string): string {
  return `urn:torii:problem:${code.toLowerCase().replaceAll('_', '-')}`;
}

/** RFC 9457 problem details, with the error's stable `code` and the correlation id to quote to support. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string().optional(),
  instance: z.string().optional(),
  code: z.string(),
  correlationId: z.string().optional(),
  /** One entry per field that was wrong; `path` is dotted. */
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof problem>;
