import { z } from 'zod';
import { exportFormat, exportTotals, importTotals, itemStatus, jobId, jobProgress, jobStatus, jobType, reason } from '../values.ts';

/** Largest file an import takes. */
export const UPLOAD_MAX_BYTES = 200 * 1024 * 1024;

/** `POST /jobs/uploads`: where the client sends the bytes itself. */
export const uploadRequest = z.strictObject({
  fileName: z.string().trim().min(1).max(200),
  /** Signed as a header, so nothing but printable ASCII. */
  contentType: z
    .string()
    .trim()
    .regex(/^[\x20-\x7E]{1,100}$/, 'must be a media type such as text/csv'),
  sizeBytes: z.number().int().min(0).max(UPLOAD_MAX_BYTES),
});
export type UploadRequest = z.infer<typeof uploadRequest>;

export const upload = z.object({
  uploadKey: z.string(),
  url: z.url(),
  method: z.literal('PUT'),
  /** Send exactly these; they are signed. */
  headers: z.record(z.string(), z.string()),
  expiresAt: z.iso.datetime(),
});
export type Upload = z.infer<typeof upload>;

const uploadKey = z.string().min(1).max(500);

/** A field of an item (`attributes` as a JSON object), `price.amount` (decimal) or `price.amountMinor` with `price.currency`, or `attributes.<key>`. */
export const mappingTarget = z.union([
  z.enum(['sku', 'name', 'description', 'category', 'status', 'price.amount', 'price.amountMinor', 'price.currency', 'attributes']),
  z.string().regex(/^attributes\.(?!__proto__$).{1,64}$/, 'must be a field of an item or attributes.<key>'),
]);

/** More columns than a file may have; each costs time for every row. */
const MAPPING_MAX_TARGETS = 500;

/** Target field → column of the file. `sku` and `name` are required. */
export const columnMapping = z
  .record(mappingTarget, z.string().min(1).max(300))
  .refine((mapping) => Object.keys(mapping).length <= MAPPING_MAX_TARGETS, `must have at most ${MAPPING_MAX_TARGETS} targets`)
  .refine((mapping) => 'sku' in mapping && 'name' in mapping, 'must name the columns of sku and name');
export type ColumnMapping = z.infer<typeof columnMapping>;

/** `POST /jobs/import-previews`. */
export const importPreviewRequest = z.strictObject({ uploadKey });
export const importPreview = z.object({
  columns: z.array(z.string()),
  /** Guessed from the header; may lack `sku` or `name` when nothing fits. */
  mapping: z.record(z.string(), z.string()),
  /** The first rows, one object per row, column → text. */
  sample: z.array(z.record(z.string(), z.string())),
  delimiter: z.string(),
  encoding: z.string(),
});
export type ImportPreview = z.infer<typeof importPreview>;

/** Which items an export holds: those that `GET /catalog/items` shows the caller, narrowed in the same words. */
export const exportInput = z.strictObject({
  format: exportFormat,
  owner: z.literal('me').optional(),
  category: z.string().max(100).optional(),
  status: itemStatus.optional(),
});
export type ExportInput = z.infer<typeof exportInput>;

/** `POST /jobs`. */
export const jobRequest = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('catalog-import'),
    input: z.strictObject({ uploadKey, mapping: columnMapping }),
  }),
  z.strictObject({
    type: z.literal('catalog-export'),
    input: exportInput,
  }),
]);
export type JobRequest = z.infer<typeof jobRequest>;

/** `rejectsUrl` is a link to a CSV of the rejected rows with their reasons, good for an hour; null when there are none. */
const importResult = importTotals.extend({ rejectsUrl: z.url().nullable() });
/** `downloadUrl` is a link to the file, good for an hour and signed anew at each reading. */
const exportResult = exportTotals.extend({ downloadUrl: z.url() });

export const job = z.object({
  id: jobId,
  type: jobType,
  status: jobStatus,
  progress: jobProgress,
  /** Null until the job is completed. */
  result: z.union([importResult, exportResult]).nullable(),
  error: reason.nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type Job = z.infer<typeof job>;

/** `GET /jobs`: the caller's own, newest first. */
export const jobQuery = z.strictObject({
  status: jobStatus.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().max(500).optional(),
});
export type JobQuery = z.infer<typeof jobQuery>;

export const jobPage = z.object({ jobs: z.array(job), nextCursor: z.string().nullable() });
export type JobPage = z.infer<typeof jobPage>;
