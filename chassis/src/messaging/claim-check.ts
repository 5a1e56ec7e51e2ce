import { Readable, addAbortSignal } from 'node:stream';
import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { createS3Client } from '../aws/clients.ts';
import { createLimit } from '../time/limit.ts';
import type { DeadLetterReason } from './failures.ts';
import { toMessageBody } from './message-body.ts';

// docs/adr/0011-carry-large-data-by-claim-check.md. A claim is written before the message that names it is sent, and again when the message is sent
// again; who takes the message finds it there for as long as the bucket keeps claims.

/** 256 KiB is what SQS, SNS and EventBridge take, attributes included; 4 KiB are left for those. */
export const MAX_QUEUE_BYTES = 252 * 1024;
/** A message of the outbox has 8 MiB at most; what is larger is none of ours. */
const MAX_CLAIM_BYTES = 9 * 1024 * 1024;
/** Claims under way at once, of all batches together: a bound of memory. */
const MAX_CONCURRENT = 4;
/** For one claim, all of it; the message comes again after that. */
const TRANSFER_TIMEOUT_MS = 15_000;

export interface ClaimCheckOptions {
  /** The messages bucket. */
  readonly bucket: string;
  /** @default a client of its own */
  readonly s3?: S3Client;
}

/** Data that was fetched, or why nobody ever can. */
export type Claim = { readonly data: unknown } | { readonly invalid: { readonly reason: ClaimFault; readonly error: string } };
export type ClaimFault = Extract<DeadLetterReason, 'claim-missing' | 'claim-foreign' | 'claim-too-large' | 'claim-not-json'>;

/** Keeps data in S3 that is too large for a queue. */
export interface ClaimCheck {
  /**
   * @param body an envelope as JSON
   * @returns the body as a queue takes it: itself, or with `dataref` in the place of `data`, which lies in S3 from then on
   */
  deposit(body: string): Promise<string>;
  /** @throws what the S3 client throws: S3 is away, and the message should come again */
  redeem(dataref: string): Promise<Claim>;
}

export function createClaimCheck({ bucket, s3 = createS3Client() }: ClaimCheckOptions): ClaimCheck {
  const limit = createLimit(MAX_CONCURRENT);
  const prefix = `s3://${bucket}/claims/`;
  return {
    deposit: async (body) => {
      if (Buffer.byteLength(body) <= MAX_QUEUE_BYTES) return body;
      const { data, ...envelope } = parseDeposit(body);
      const key = keyOf(envelope);
      await limit(() =>
        s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: JSON.stringify(data), ContentType: 'application/json' }), {
          abortSignal: AbortSignal.timeout(TRANSFER_TIMEOUT_MS),
        }),
      );
      return toMessageBody({ ...envelope, dataref: `s3://${bucket}/${key}` });
    },
    redeem: async (dataref) => {
      // Whoever can send a message could otherwise make a consumer read any object it has a permission for.
      if (!dataref.startsWith(prefix)) return { invalid: { reason: 'claim-foreign', error: 'The claim is not in the messages bucket.' } };
      return limit(() => fetchClaim(s3, bucket, dataref.slice(`s3://${bucket}/`.length)));
    },
  };
}

interface Deposit extends Readonly<Record<string, unknown>> {
  readonly id: string;
  readonly source: string;
  readonly time: string;
  readonly data: unknown;
}

/** The outbox and senders wrote it, so it is an envelope. */
function parseDeposit(body: string): Deposit {
  return JSON.parse(body) as Deposit;
}

/** The same message has the same key, however often and whenever it is published. */
function keyOf({ id, source, time }: Pick<Deposit, 'id' | 'source' | 'time'>): string {
  return `claims/${source.slice(source.lastIndexOf('/') + 1)}/${time.slice(0, 10)}/${id}.json`;
}

async function fetchClaim(s3: S3Client, bucket: string, key: string): Promise<Claim> {
  const signal = AbortSignal.timeout(TRANSFER_TIMEOUT_MS);
  try {
    const { Body, ContentLength = 0 } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal: signal });
    // A body that nobody reads, or that stalls, would hold its connection.
    if (Body instanceof Readable) addAbortSignal(signal, Body);
    if (ContentLength > MAX_CLAIM_BYTES) {
      if (Body instanceof Readable) Body.destroy();
      return { invalid: { reason: 'claim-too-large', error: `The claim has ${ContentLength} bytes.` } };
    }
    return parseClaim((await Body?.transformToString()) ?? '');
  } catch (error) {
    if (error instanceof NoSuchKey) return { invalid: { reason: 'claim-missing', error: `The claim ${key} does not exist.` } };
    throw error;
  }
}

function parseClaim(text: string): Claim {
  try {
    return { data: JSON.parse(text) as unknown };
  } catch {
    return { invalid: { reason: 'claim-not-json', error: 'The claim is not JSON.' } };
  }
}
