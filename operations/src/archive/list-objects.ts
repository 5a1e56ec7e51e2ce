import { ListObjectsV2Command, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import type { Publisher } from '@torii/contracts';

export interface ArchiveObject {
  readonly key: string;
  readonly bytes: number;
}

/** Instants in epoch milliseconds: when the events that may be wanted reached the archive. */
export interface ArchiveWindow {
  readonly fromMs: number;
  readonly untilMs: number;
}

/**
 * Objects lie in the hour in which their *oldest* event reached Firehose, which gathers for up to this long before it writes (its own
 * limit is 15 minutes); that also covers clocks that differ.
 */
const GATHERING_MS = 15 * 60_000;

/** In the order in which events came, hour by hour. */
export async function listObjects(
  s3: S3Client,
  bucket: string,
  publisher: Publisher,
  window: ArchiveWindow,
): Promise<readonly ArchiveObject[]> {
  const prefix = prefixOf(publisher);
  const [first, last] = [hourOf(window.fromMs - GATHERING_MS), hourOf(window.untilMs)];
  const objects: ArchiveObject[] = [];
  // Keys sort by time, so the listing begins at the first hour and ends after the last one, however old the archive is.
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix, StartAfter: `${prefix}${first}/` })) {
    for (const { Key: key = '', Size: bytes = 0 } of page.Contents ?? []) {
      if (key.slice(prefix.length, prefix.length + last.length) > last) return objects;
      objects.push({ key, bytes });
    }
  }
  return objects;
}

/** The first hour that is archived, such as `2026-11-22 14:00 UTC`; undefined when nothing ever was. */
export async function findBeginning(s3: S3Client, bucket: string, publisher: Publisher): Promise<string | undefined> {
  const prefix = prefixOf(publisher);
  const { Contents: found = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, MaxKeys: 1 }));
  const [year, month, day, hour] = found[0]?.Key?.slice(prefix.length).split('/') ?? [];
  return found.length === 0 ? undefined : `${year}-${month}-${day} ${hour}:00 UTC`;
}

function prefixOf(publisher: Publisher): string {
  return `archive/${publisher}/`;
}

/** `YYYY/MM/DD/HH`, UTC. */
function hourOf(instantMs: number): string {
  return new Date(Math.max(0, instantMs)).toISOString().slice(0, 13).replaceAll(/[-T]/g, '/');
}
