// What CloudWatch Logs sends to a stream, and what the stream's processors make of it.
// Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html#FirehoseExample
import { gunzipSync, gzipSync } from 'node:zlib';

/** Lines of one group that a subscription let pass. */
export interface LogBatch {
  readonly messageType: 'DATA_MESSAGE';
  readonly owner: string;
  readonly logGroup: string;
  readonly logStream: string;
  readonly subscriptionFilters: readonly string[];
  readonly logEvents: readonly { readonly id: string; readonly timestamp: number; readonly message: string }[];
}

/** Packed, but not made smaller: it goes no further than this process. */
export function packLogs(batch: LogBatch): Buffer {
  return gzipSync(JSON.stringify(batch), { level: 0 });
}

/** The lines alone: which group they were in is lost, as it is in AWS. @throws Error when CloudWatch has not sent it */
export function unpackLogs(record: string | Buffer): readonly string[] {
  if (typeof record === 'string') throw new Error('A record cannot be unpacked: it is not from CloudWatch Logs');
  return parseBatch(gunzipSync(record)).logEvents.map(({ message }) => message);
}

function parseBatch(json: Buffer): LogBatch {
  return JSON.parse(json.toString()) as LogBatch;
}
