import type { S3Client } from '@aws-sdk/client-s3';
import { envelope } from '@torii/contracts';
import type { z } from 'zod';
import type { Sendable } from '../messages/batches.ts';
import { readLines } from './read-lines.ts';
import type { ArchiveObject } from './list-objects.ts';

/** What of the archive is wanted. Instants are those of the events themselves, in epoch milliseconds, both included. */
export interface Selection {
  readonly types: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly subject: string | undefined;
}

type ArchivedEvent = z.infer<typeof envelope>;

/** An archived event as it is sent: byte for byte what was published. */
export interface HistoricEvent extends Sendable {
  readonly id: string;
  readonly type: string;
  readonly time: string;
  /** The data lies in S3, and may have expired there. */
  readonly isClaim: boolean;
}

/** A line that is no event: something was cut off or written by somebody else. */
export interface GarbledLine {
  readonly key: string;
  /** 1 for the first. */
  readonly line: number;
  readonly why: string;
}

export interface HistoryReader {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly replayId: string;
  onLine(): void;
  onGarbled(line: GarbledLine): void;
}

/** The wanted events of one object. Garbled lines are told of and passed over. */
export async function* readHistory(reader: HistoryReader, { key }: ArchiveObject, selection: Selection): AsyncGenerator<HistoricEvent> {
  let line = 0;
  for await (const text of readLines(reader.s3, reader.bucket, key)) {
    line += 1;
    if (text.trim() === '') continue;
    reader.onLine();
    const parsed = parseLine(text);
    if ('why' in parsed) reader.onGarbled({ key, line, why: parsed.why });
    else if (isWanted(parsed.event, selection)) yield toMessage(text, parsed.event, reader.replayId);
  }
}

function parseLine(text: string): { readonly event: ArchivedEvent } | { readonly why: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { why: 'it is no JSON, or was cut off' };
  }
  const parsed = envelope.safeParse(value);
  if (parsed.success) return { event: parsed.data };
  return { why: `it is no CloudEvents envelope (${parsed.error.issues.map(({ path }) => path.join('.') || 'the whole').join(', ')})` };
}

function isWanted(event: ArchivedEvent, { types, fromMs, toMs, subject }: Selection): boolean {
  const time = Date.parse(event.time);
  return types.includes(event.type) && time >= fromMs && time <= toMs && (subject === undefined || event.subject === subject);
}

function toMessage(body: string, event: ArchivedEvent, replayId: string): HistoricEvent {
  const text = (value: string) => ({ DataType: 'String', StringValue: value });
  const { id, type, time, traceparent, dataref } = event;
  const attributes = { type: text(type), replay: text(replayId), ...(traceparent !== undefined && { traceparent: text(traceparent) }) };
  return { id, type, time, isClaim: dataref !== undefined, body, attributes };
}
