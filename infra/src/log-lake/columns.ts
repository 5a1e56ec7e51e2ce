/** One column of the lake's table. */
export interface LogColumn {
  /** In snake case, as SQL has it. */
  readonly name: string;
  /** Of Hive, which is what Glue speaks. */
  readonly type: string;
  /** The field of a log line. */
  readonly field: string;
  readonly comment: string;
}

/** The table that queries are about; there is one. */
export const LOG_TABLE = 'logs';

/** The folder of a line: the hour in UTC in which it reached Firehose, such as `2026/11/22/14`. Lines of an hour may be in the next folder too. */
export const PARTITION_COLUMN = 'hour';

/** What queries may ask for, of what services and functions log; chassis/src/logging and what calls it write these fields, and a test holds them to it. */
export const LOG_COLUMNS: readonly LogColumn[] = [
  { name: 'logged_at', type: 'string', field: 'time', comment: 'ISO 8601, UTC, milliseconds: sorts as text' },
  { name: 'level', type: 'string', field: 'level', comment: 'info, warn, error' },
  { name: 'service', type: 'string', field: 'service', comment: 'which service or function' },
  { name: 'release', type: 'string', field: 'release', comment: 'the commit its image was built from; none for functions' },
  { name: 'message', type: 'string', field: 'msg', comment: 'what happened; "request" and "request failed" end a request' },
  { name: 'correlation_id', type: 'string', field: 'correlationId', comment: 'what one request has set in motion' },
  { name: 'trace_id', type: 'string', field: 'traceId', comment: 'of X-Ray, 32 digits without its hyphens' },
  { name: 'user_id', type: 'string', field: 'userId', comment: 'a pseudonym: only the user pool knows whose it is' },
  { name: 'method', type: 'string', field: 'method', comment: 'of the request' },
  { name: 'route', type: 'string', field: 'route', comment: 'with its parameters as names, such as /catalog/items/:id' },
  { name: 'path', type: 'string', field: 'path', comment: 'with their values' },
  { name: 'status', type: 'int', field: 'status', comment: 'of the answer; 499 when nobody waited for it' },
  { name: 'duration_ms', type: 'double', field: 'durationMs', comment: 'of the request, or of the job' },
  { name: 'code', type: 'string', field: 'code', comment: 'of docs/errors.md, or why a job has failed' },
  { name: 'err', type: 'struct<type:string,message:string,code:string>', field: 'err', comment: 'what was thrown' },
  { name: 'job_id', type: 'string', field: 'jobId', comment: 'of the job that has ended' },
  { name: 'job_type', type: 'string', field: 'jobType', comment: 'catalog-import, catalog-export' },
  { name: 'row_count', type: 'bigint', field: 'rows', comment: 'that the job has gone through' },
  { name: 'rejected_rows', type: 'bigint', field: 'rejectedRows', comment: 'those of an import that were refused' },
];
