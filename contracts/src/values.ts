import { z } from 'zod';

/** A Cognito `sub`: 36 characters as a UUID has, of a variant that RFC 9562 leaves to others, so a strict check refuses most of them. */
export const userId = z.guid().brand<'UserId'>();
export type UserId = z.infer<typeof userId>;

export const itemId = z.uuid().brand<'ItemId'>();
export type ItemId = z.infer<typeof itemId>;

export const jobId = z.uuid().brand<'JobId'>();
export type JobId = z.infer<typeof jobId>;

/** Amount in the currency's minor unit (cents, or yen itself), never a float. */
export const price = z.strictObject({
  amountMinor: z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER),
  /** ISO 4217, upper case. */
  currency: z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as EUR'),
});
export type Price = z.infer<typeof price>;

export const itemStatus = z.enum(['draft', 'listed', 'retired']);
export type ItemStatus = z.infer<typeof itemStatus>;

/** Free-form JSON by name; what a team adds to an item without changing the schema. */
export const attributes = z.record(z.string().min(1).max(64), z.json());

/** BCP 47 language tag. */
export const locale = z
  .string()
  .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'must be a BCP 47 tag such as en or ja-JP')
  .max(35);

export const jobType = z.enum(['catalog-import']);
export type JobType = z.infer<typeof jobType>;

export const jobStatus = z.enum(['queued', 'running', 'completed', 'failed', 'cancelled']);
export type JobStatus = z.infer<typeof jobStatus>;

/** `total` is null until the work has been measured. */
export const jobProgress = z.object({
  done: z.number().int().nonnegative(),
  total: z.number().int().nonnegative().nullable(),
  unit: z.string(),
});

/** Rows of an import: `created + updated + unchanged + rejected` is the number of rows read. */
export const importTotals = z.object({
  created: z.number().int().nonnegative(),
  updated: z.number().int().nonnegative(),
  unchanged: z.number().int().nonnegative(),
  rejected: z.number().int().nonnegative(),
});
export type ImportTotals = z.infer<typeof importTotals>;

/** A machine-readable code and a sentence for people. */
export const reason = z.object({ code: z.string(), message: z.string() });
export type Reason = z.infer<typeof reason>;
