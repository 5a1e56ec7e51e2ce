import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ListMultipartUploadsCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { envelope } from '@torii/contracts';
import { waitFor } from '@torii/testing';
import { createS3Client } from '../src/store/files.ts';
import type { WorkerStep } from '../src/use-cases/worker-context.ts';
import { toBody } from './item-events.ts';
import { type ExportView, invoke, startTestJobs, type TestJobs, type TestUser } from './start-test-jobs.ts';

let jobs: TestJobs;
let user: TestUser;
let s3: S3Client;

/** Three parts, the last one not full. */
const ITEMS = 1100;
const ITEM_BYTES = 17_000;

beforeAll(async () => {
  jobs = await startTestJobs({ stalledCheckMs: 100 });
  s3 = createS3Client();
  const owner = '0190a1b2-0000-7000-8000-0000000000ff';
  for (let from = 0; from < ITEMS; from += 100) {
    const rows = Array.from({ length: 100 }, (_row, index) => [
      `0190a1b2-0000-7000-8000-${String(from + index).padStart(12, '0')}`,
      1,
      owner,
      `s-${from + index}`,
      'A book',
      'é'.repeat(ITEM_BYTES / 2),
      'listed',
      '{}',
      '2026-05-01 10:00:00.123',
      '2026-05-01 10:00:00.123',
    ]);
    await jobs.schema.query(
      'INSERT INTO item_copies (id, version, owner_id, sku, name, description, status, attributes, created_at, updated_at) VALUES ?',
      [rows],
    );
  }
}, 60_000);
beforeEach(async () => {
  user = await jobs.signIn();
});
afterAll(async () => {
  s3.destroy();
  await jobs.stop();
});

const slice = (job: { readonly id: string }, attempt = 1) => ({ type: 'jobs.run-export-slice.v1', data: { jobId: job.id, attempt } });
const lose = (count: number) => jobs.broker.receiveAll(jobs.broker.queueUrl('jobs-worker-commands'), count);

/** An export whose messages the test carries itself. */
async function startExport(): Promise<ExportView> {
  const job = await user.startExport({ format: 'ndjson' });
  await lose(1);
  return job;
}

/** Every item once, in order, whole. */
async function expectWhole(job: ExportView): Promise<void> {
  expect(job).toMatchObject({ status: 'completed', result: { rows: ITEMS }, progress: { done: ITEMS, total: ITEMS } });
  const text = await (await fetch(job.result?.downloadUrl ?? '')).text();
  expect(Buffer.byteLength(text)).toBe(job.result?.bytes);
  const skus = text
    .split('\n')
    .slice(0, -1)
    .map((line) => (JSON.parse(line) as { sku: string }).sku);
  expect(skus).toEqual(Array.from({ length: ITEMS }, (_item, index) => `s-${index}`));
}

function readCheckpoint(job: { readonly id: string }) {
  return jobs.schema
    .query<{ rows_read: number; parts: string; tail: string; read_all: number }>(
      'SELECT rows_read, parts, LEFT(tail, 20) AS tail, read_all FROM exports WHERE job_id = ? ORDER BY attempt DESC',
      [job.id],
    )
    .then(([row]) => row);
}

/** What of the job's is in S3: parts that wait, and files. */
async function findInS3(job: { readonly id: string }): Promise<{ readonly uploads: number; readonly files: number }> {
  const Prefix = `exports/${job.id}-`;
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: jobs.broker.bucket, Prefix }));
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: jobs.broker.bucket, Prefix }));
  return { uploads: Uploads.filter(({ Key = '' }) => Key.startsWith(Prefix)).length, files: Contents.length };
}

describe('run-export-slice', () => {
  it('writes a large file in parts', async () => {
    const job = await startExport();
    await invoke(await jobs.createWorker(), slice(job));
    await expectWhole(await user.getExport(job.id));
    const { parts } = (await readCheckpoint(job)) ?? { parts: '' };
    expect(JSON.parse(parts)).toHaveLength(3);
    expect(await findInS3(job)).toEqual({ uploads: 0, files: 1 });
  });

  it('stops when its time is over, keeps what is too little for a part, and asks to go on', async () => {
    const job = await startExport();
    const worker = await jobs.createWorker({ sliceMs: 0 });
    await invoke(worker, slice(job));
    expect(await readCheckpoint(job)).toMatchObject({ rows_read: 250, parts: '[]', tail: expect.stringMatching(/^\{"id":/) });
    expect(await user.getExport(job.id)).toMatchObject({ status: 'running', progress: { done: 250, total: ITEMS } });
    const [continuation] = await lose(1);
    expect(envelope.parse(JSON.parse(continuation?.Body ?? ''))).toMatchObject(slice(job));
    for (let slices = 1; slices <= 4; slices += 1) await invoke(worker, slice(job));
    await expectWhole(await user.getExport(job.id));
    await lose(3);
  });

  it.each<WorkerStep>(['beforeSend', 'afterSend', 'beforeCommit', 'afterCommit', 'beforeComplete'])(
    'killed %s, again and again, it neither loses nor repeats an item',
    async (step) => {
      const job = await startExport();
      let passes = 0;
      const dying = await jobs.createWorker({
        failpoints: {
          [step]: () => {
            passes += 1;
            if (passes % 2 === 1) throw new Error('killed');
          },
        },
      });
      await waitFor(async () => {
        await invoke(dying, slice(job));
        return (await user.getExport(job.id)).status === 'completed';
      });
      expect(passes).toBeGreaterThan(1);
      await expectWhole(await user.getExport(job.id));
    },
    30_000,
  );

  it('lets one of several workers win each part, and makes one file', async () => {
    const job = await startExport();
    const workers = await Promise.all(Array.from({ length: 3 }, () => jobs.createWorker()));
    const answers = await Promise.all(workers.map((worker) => invoke(worker, slice(job))));
    expect(answers.flatMap(({ batchItemFailures }) => batchItemFailures)).toEqual([]);
    await expectWhole(await user.waitForExport(job.id, 'completed'));
    const digests = await Promise.all([1, 2].map(async () => digest(await user.getExport(job.id))));
    expect(new Set(digests).size).toBe(1);
    expect(await findInS3(job)).toEqual({ uploads: 0, files: 1 });
  });

  it('goes on when its lease ran out because its message was lost', async () => {
    const job = await startExport();
    const dying = await jobs.createWorker({
      failpoints: {
        afterCommit: () => {
          throw new Error('killed');
        },
      },
    });
    await invoke(dying, slice(job));
    await jobs.schema.query('UPDATE jobs SET lease_until = NOW(3) - INTERVAL 1 SECOND WHERE id = ?', [job.id]);
    const source = await jobs.startEventSource();
    await expectWhole(await user.waitForExport(job.id, 'completed'));
    await source.stop();
  });

  it('fails with a reason after the last delivery, and can be retried', async () => {
    const job = await startExport();
    const broken = await jobs.createWorker({
      failpoints: {
        afterSend: () => {
          throw new Error('broken');
        },
      },
    });
    await invoke(broken, slice(job), 5);
    expect(await user.getExport(job.id)).toMatchObject({ status: 'failed', error: { code: 'EXPORT_INTERRUPTED' }, result: null });
    expect((await user.client.post(`/jobs/${job.id}/retry`)).status).toBe(202);
    await lose(1);
    await invoke(await jobs.createWorker(), slice(job, 1));
    expect((await user.getExport(job.id)).status).toBe('queued');
    await invoke(await jobs.createWorker(), slice(job, 2));
    await expectWhole(await user.getExport(job.id));
  });
});

describe('an export that is cancelled', () => {
  it.each<WorkerStep>(['beforeSend', 'afterSend', 'afterCommit', 'beforeComplete'])('at %s leaves nothing behind', async (step) => {
    const job = await startExport();
    let cancelled = false;
    const worker = await jobs.createWorker({
      failpoints: {
        [step]: async () => {
          if (!cancelled) await user.client.post(`/jobs/${job.id}/cancel`);
          cancelled = true;
        },
      },
    });
    expect(await invoke(worker, slice(job))).toEqual({ batchItemFailures: [] });
    expect(await user.getExport(job.id)).toMatchObject({ status: 'cancelled', result: null });
    expect(await findInS3(job)).toEqual({ uploads: 0, files: 0 });
  });

  it('begins again from nothing', async () => {
    const job = await startExport();
    await invoke(await jobs.createWorker({ sliceMs: 0 }), slice(job));
    await lose(1);
    await user.client.post(`/jobs/${job.id}/cancel`);
    await user.client.post(`/jobs/${job.id}/retry`);
    await lose(1);
    expect(await readCheckpoint(job)).toMatchObject({ rows_read: 0, parts: '[]', tail: '' });
    await invoke(await jobs.createWorker(), slice(job, 2));
    await expectWhole(await user.getExport(job.id));
  });
});

describe('a nightly export that fails while its file is completed', () => {
  it('leaves the file that another message of the same day made', async () => {
    const worker = await jobs.createWorker();
    const request = async (): Promise<{ readonly id: string; readonly file_key: string }> => {
      const data = { format: 'ndjson' };
      await jobs.send('jobs-commands', toBody({ type: 'jobs.request-export.v1', data, time: '2026-05-03T03:00:00Z', id: randomUUID() }));
      await lose(1);
      const [row] = await jobs.schema.query<{ id: string; file_key: string }>(
        "SELECT id, file_key FROM jobs JOIN exports ON job_id = id WHERE owner_id IS NULL AND status = 'queued'",
        [],
      );
      if (row === undefined) throw new Error('There is no nightly export.');
      return row;
    };
    const first = await request();
    await invoke(worker, slice(first));
    const second = await request();
    const failing = await jobs.createWorker({
      failpoints: {
        beforeComplete: async () => void (await jobs.schema.query("UPDATE jobs SET status = 'failed' WHERE id = ?", [second.id])),
      },
    });
    await invoke(failing, slice(second));
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: jobs.broker.bucket, Prefix: 'exports/nightly/' }));
    expect(Contents.map(({ Key }) => Key)).toEqual([first.file_key]);
  });
});

describe('an export while the copy is rebuilt', () => {
  /** As the operator's commands leave it; @returns the id of the first */
  async function command(type: 'empty-projection' | 'projection-rebuilt', emptiedBy?: string): Promise<string> {
    const id = randomUUID();
    const data = emptiedBy === undefined ? {} : { emptiedBy };
    await jobs.send('jobs-projection-commands', toBody({ type: `jobs.${type}.v1`, data, time: new Date().toISOString(), id }));
    await waitFor(() => jobs.broker.depth(jobs.broker.queueUrl('jobs-projection-commands')) === 0);
    return id;
  }
  /** The copy as a replay builds it. */
  const rebuild = () => jobs.schema.query('INSERT INTO item_copies SELECT * FROM kept', []);
  const isWaiting = async (job: ExportView): Promise<boolean> => {
    const [row] = await jobs.schema.query<{ n: number }>(
      'SELECT COUNT(*) AS n FROM jobs WHERE id = ? AND resumes = 0 AND lease_until > NOW(3) + INTERVAL 4 MINUTE',
      [job.id],
    );
    return Number(row?.n) === 1;
  };

  beforeAll(async () => {
    await jobs.schema.query('CREATE TABLE kept LIKE item_copies', []);
    await jobs.schema.query('INSERT INTO kept SELECT * FROM item_copies', []);
  });

  it('waits before its first item, however often it is resumed, until the replay has ended', async () => {
    const job = await startExport();
    const emptiedBy = await command('empty-projection');
    const worker = await jobs.createWorker();
    for (let resumes = 1; resumes <= 5; resumes += 1) {
      expect(await invoke(worker, slice(job))).toEqual({ batchItemFailures: [] });
      expect(await isWaiting(job)).toBe(true);
      await jobs.schema.query('UPDATE jobs SET lease_until = NOW(3) - INTERVAL 1 SECOND WHERE id = ?', [job.id]);
      await lose(1);
    }
    expect(await user.getExport(job.id)).toMatchObject({ status: 'queued', error: null });
    await rebuild();
    await command('projection-rebuilt', randomUUID());
    await invoke(worker, slice(job));
    expect((await user.getExport(job.id)).status).toBe('queued');
    await command('projection-rebuilt', emptiedBy);
    await invoke(worker, slice(job));
    await expectWhole(await user.getExport(job.id));
  });

  it('keeps nothing that it read while the copy was emptied', async () => {
    const job = await startExport();
    let passes = 0;
    let emptiedBy = '';
    const worker = await jobs.createWorker({
      failpoints: {
        // The first part is committed, the second is about to be read.
        afterCommit: async () => {
          passes += 1;
          if (passes === 1) emptiedBy = await command('empty-projection');
        },
      },
    });
    await invoke(worker, slice(job));
    expect(await isWaiting(job)).toBe(true);
    const checkpoint = await readCheckpoint(job);
    expect(checkpoint).toMatchObject({ read_all: 0 });
    expect(await user.getExport(job.id)).toMatchObject({ status: 'running', progress: { done: checkpoint?.rows_read } });
    await rebuild();
    await command('projection-rebuilt', emptiedBy);
    await invoke(worker, slice(job));
    await expectWhole(await user.getExport(job.id));
  });

  it('waits for a rebuild whose end nobody tells for a day', async () => {
    const job = await startExport();
    await command('empty-projection');
    await rebuild();
    await jobs.schema.query('UPDATE projection_rebuilds SET begun_at = NOW(3) - INTERVAL 25 HOUR', []);
    await invoke(await jobs.createWorker(), slice(job));
    await expectWhole(await user.getExport(job.id));
  });
});

async function digest(job: ExportView): Promise<string> {
  const bytes = await (await fetch(job.result?.downloadUrl ?? '')).arrayBuffer();
  return createHash('sha256').update(Buffer.from(bytes)).digest('hex');
}
