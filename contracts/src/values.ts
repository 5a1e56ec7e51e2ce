import { z } from 'zod';

/** A Cognito `sub`: 36 characters as a UUID has, of a variant that RFC 9562 leaves to others, so a strict check refuses most of them. */
export const userId = z.guid().brand<'UserId'>().describe('Cognito `sub` of a person');
export type UserId = z.infer<typeof userId>;

export const itemId = z.uuid().brand<'ItemId'>().describe('Id of an item of the catalog');
export type ItemId = z.infer<typeof itemId>;

export const jobId = z.uuid().brand<'JobId'>().describe('Id of a job');
export type JobId = z.infer<typeof jobId>;

/** Amount in the currency's minor unit (cents, or yen itself), never a float. */
export const price = z.strictObject({
  amountMinor: z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER).describe("In the currency's minor unit: cents, or yen itself"),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as EUR')
    .describe('ISO 4217, upper case'),
});
export type Price = z.infer<typeof price>;

export const itemStatus = z.enum(['draft', 'listed', 'retired']);
export type ItemStatus = z.infer<typeof itemStatus>;

// oxlint-disable-next-line no-control-regex -- control characters are what it keeps out
const CONTROL_CHARACTERS = /[\u0000-\u0008\u000b\u000e-\u001f\u007f]/;

/** False for control characters but tab and line ends, and for halves of characters: stores and terminals change or obey those. */
export function isPlainText(value: string): boolean {
  return value.isWellFormed() && !CONTROL_CHARACTERS.test(value);
}

/** Text of people, for people. */
export const plainText = z.string().refine(isPlainText, 'must be text without control characters');

/** The form in which a sku is kept and compared: é is one sku, whether it came as one character or as e with an accent. */
export function normalizeSku(value: string): string {
  return value.trim().normalize('NFC');
}

/**
 * An address that a code was sent to, so there is no doubt that it exists. Stricter patterns refuse some that do
 * (`o!k@example.com`), and their owners could confirm an account and never use it.
 */
export const emailAddress = z.email({ pattern: z.regexes.unicodeEmail });

/** Deeper than people nest, and far from where recursion ends. */
const ATTRIBUTES_MAX_DEPTH = 16;

/** Free-form JSON by name; what a team adds to an item without changing the schema. */
export const attributes = z
  .record(
    z.string().min(1).max(64),
    z
      .unknown()
      // Whatever looks at it afterwards recurses.
      .refine((value) => isWithinDepth(value, ATTRIBUTES_MAX_DEPTH), {
        error: `must be nested at most ${ATTRIBUTES_MAX_DEPTH} deep`,
        abort: true,
      })
      .pipe(z.json()),
  )
  .describe('Free-form JSON by name');

function isWithinDepth(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return depth > 0 && Object.values(value).every((inner) => isWithinDepth(inner, depth - 1));
}

/** BCP 47 language tag. */
export const locale = z
  .string()
  .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'must be a BCP 47 tag such as en or ja-JP')
  .max(35)
  .describe('BCP 47 language tag');

export const jobType = z.enum(['catalog-import', 'catalog-export']);
export type JobType = z.infer<typeof jobType>;

/** CSV has a header and one column per field; NDJSON is an item a line. */
export const exportFormat = z.enum(['csv', 'ndjson']);
export type ExportFormat = z.infer<typeof exportFormat>;

export const jobStatus = z.enum(['queued', 'running', 'completed', 'failed', 'cancelled']);
export type JobStatus = z.infer<typeof jobStatus>;

export const jobProgress = z.object({
  done: z.number().int().nonnegative(),
  total: z.number().int().nonnegative().nullable().describe('Null until the work has been measured'),
  unit: z.string().describe('What is counted, such as `rows`'),
});

/** Rows of an import: `created + updated + unchanged + rejected` is the number of rows read. */
export const importTotals = z.object({
  created: z.number().int().nonnegative(),
  updated: z.number().int().nonnegative(),
  unchanged: z.number().int().nonnegative(),
  rejected: z.number().int().nonnegative(),
});
export type ImportTotals = z.infer<typeof importTotals>;

/** What an export wrote. */
export const exportTotals = z.object({
  rows: z.number().int().nonnegative(),
  /** Size of the file. */
  bytes: z.number().int().nonnegative(),
});
export type ExportTotals = z.infer<typeof exportTotals>;

/** A machine-readable code and a sentence for people. */
export const reason = z.object({
  code: z.string().describe('For machines'),
  message: z.string().describe('A sentence for people'),
});
export type Reason = z.infer<typeof reason>;
