import type { ExportFormat, ExportInput, ItemStatus, JobId, UserId } from '@torii/contracts';

/** One attempt of an export: its checkpoint. */
export interface Export {
  readonly jobId: JobId;
  readonly attempt: number;
  readonly fileKey: string;
  /** S3's id of the multipart upload; null until the first part is full. */
  readonly uploadId: string | null;
  /** What is in the file, in its order. */
  readonly parts: readonly FilePart[];
  /** What was read and is too little for a part. */
  readonly tail: string;
  /** The last item in parts and tail. */
  readonly lastId: string | null;
  readonly rowsRead: number;
  /** Size of the parts. */
  readonly sizeBytes: number;
  /** Every item is in the parts. */
  readonly readAll: boolean;
}

export interface FilePart {
  readonly number: number;
  /** The ETag. */
  readonly tag: string;
}

/** Items that one index of the copy holds in the order of their ids. */
export interface ExportScope {
  readonly status: ItemStatus;
  /** Undefined: items of every owner. */
  readonly ownerId?: UserId;
  /** Undefined: items of every category and of none. */
  readonly category?: string;
}

const UNLISTED: readonly ItemStatus[] = ['draft', 'retired'];

/** What `GET /catalog/items` shows the same person: listed items of everybody, drafts and retired ones of their own. Nobody sees listed ones. */
export function decideScopes(input: Omit<ExportInput, 'format'>, viewerId: UserId | null): readonly ExportScope[] {
  const listed: ExportScope = input.owner === 'me' && viewerId !== null ? { status: 'listed', ownerId: viewerId } : { status: 'listed' };
  const own = viewerId === null ? [] : UNLISTED.map((status): ExportScope => ({ status, ownerId: viewerId }));
  const category = input.category === '' ? undefined : input.category;
  return [listed, ...own]
    .filter((scope) => input.status === undefined || scope.status === input.status)
    .map((scope) => (category === undefined ? scope : { ...scope, category }));
}

/** Where the file of one attempt is made. */
export function exportKey(jobId: string, attempt: number, format: ExportFormat): string {
  return `${exportPrefix(jobId)}${attempt}.${format}`;
}

/** What the files of every attempt of a job begin with. */
export function exportPrefix(jobId: string): string {
  return `exports/${jobId}-`;
}

/** The platform's own export of a day, in UTC. Each job has a file of its own: one that fails drops no other's. */
export function nightlyExportKey(requestedAt: string, jobId: string, format: ExportFormat): string {
  return `exports/nightly/${requestedAt.slice(0, 10)}-${jobId}.${format}`;
}
