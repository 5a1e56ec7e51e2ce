// A stream of records on its way to S3. Guarantee: what `put` has taken becomes part of an object, however the process ends; the file it is
// gathered in is the object to be, under the object's own name, so that an interrupted delivery is done again, over itself.
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { evaluatePrefix } from './prefix.ts';
import type { StreamSettings } from './stream-settings.ts';
import { unpackLogs } from './unpack-logs.ts';

export interface DeliveryStream {
  readonly settings: StreamSettings;
  /** @throws Error when the record is not what the stream's processors take */
  put(record: string | Buffer): void;
  /** Makes an object of what has been gathered, and of what an earlier process left. @throws Error when the bucket does not take it */
  flush(): void;
  /** Age in seconds of the oldest record that is not in the bucket; 0 without one. */
  age(now: Date): number;
  /** Delivers what there is. Records that still come are kept for the next start. */
  stop(): void;
}

export interface DeliveryStreamOptions {
  readonly settings: StreamSettings;
  /** Of this stream alone. */
  readonly folder: string;
  putObject(bucket: string, key: string, body: Buffer): void;
  onError(error: unknown): void;
}

/** AWS waits for the buffer to fill or to age; at a laptop somebody waits for the object, so a pause in the records is enough. */
export const QUIET_MS = 1000;
/** Nothing else is done while so many bytes are packed: some ten milliseconds on a busy machine. */
const MAX_PACKED_AT_ONCE = 1024 * 1024;
/** Of gzip: a third of the time of its default, for a few bytes more. */
const QUICKLY = 1;
/** After a failed delivery. */
const RETRY_MS = 5000;

interface Gathering {
  readonly file: string;
  readonly descriptor: number;
  readonly since: number;
  bytes: number;
}

export function createDeliveryStream(options: DeliveryStreamOptions): DeliveryStream {
  const { settings, folder } = options;
  const maxBytes = settings.isCompressed ? Math.min(settings.maxBytes, MAX_PACKED_AT_ONCE) : settings.maxBytes;
  let gathering: Gathering | undefined;
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  mkdirSync(folder, { recursive: true, mode: 0o700 });

  const begin = (): Gathering => {
    const since = Date.now();
    const file = join(folder, `${since}-${randomUUID()}`);
    return { file, descriptor: openSync(file, 'a', 0o600), since, bytes: 0 };
  };
  const deliver = (): void => {
    if (gathering !== undefined) closeSync(gathering.descriptor);
    gathering = undefined;
    for (const name of readdirSync(folder).toSorted()) {
      const file = join(folder, name);
      const body = wholeRecords(readFileSync(file), settings.delimiter);
      if (body.length > 0)
        options.putObject(settings.bucket, objectKey(settings, name), settings.isCompressed ? gzipSync(body, { level: QUICKLY }) : body);
      rmSync(file);
    }
  };
  const tryToDeliver = (): void => {
    clearTimeout(timer);
    try {
      deliver();
    } catch (error) {
      options.onError(error);
      if (!isStopped) schedule(RETRY_MS);
    }
  };
  const schedule = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(tryToDeliver, ms).unref();
  };
  return {
    settings,
    put: (record) => {
      const records = settings.unpacksLogs ? unpackLogs(record) : [String(record)];
      gathering ??= begin();
      gathering.bytes += writeSync(gathering.descriptor, records.map((each) => `${each}${settings.delimiter}`).join(''));
      if (isStopped) return;
      if (gathering.bytes >= maxBytes || Date.now() - gathering.since >= settings.maxAgeMs) tryToDeliver();
      else schedule(QUIET_MS);
    },
    flush: deliver,
    age: (now) => {
      const oldest = Math.min(now.getTime(), ...readdirSync(folder).map((name) => Number(name.split('-', 1)[0])));
      return (now.getTime() - oldest) / 1000;
    },
    stop: () => {
      isStopped = true;
      tryToDeliver();
    },
  };
}

/** Firehose's name: stream, version, time, something random. */
function objectKey({ name, prefix, fileExtension }: StreamSettings, file: string): string {
  const [since = '', ...id] = file.split('-');
  const at = new Date(Number(since));
  const time = at.toISOString().slice(0, 19).replaceAll(/[T:]/g, '-');
  return `${evaluatePrefix(prefix, at)}${name}-1-${time}-${id.join('-')}${fileExtension}`;
}

/** Without the piece of a record that was being written when the machine died: nobody was told that it had been taken. */
function wholeRecords(bytes: Buffer, delimiter: string): Buffer {
  if (delimiter === '') return bytes;
  const end = bytes.lastIndexOf(delimiter);
  return end < 0 ? Buffer.alloc(0) : bytes.subarray(0, end + Buffer.byteLength(delimiter));
}
