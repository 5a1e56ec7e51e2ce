import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PurgeQueueCommand } from '@aws-sdk/client-sqs';
import { catalogApplyImportBatchV1, envelope } from '@torii/contracts';
import { waitFor } from '@torii/testing';
import iconv from 'iconv-lite';
import { REFUSED_NAME, startStandInCatalog } from './stand-in-catalog.ts';
import { type ImportView, invoke, startTestJobs, type TestJobs, type TestUser } from './start-test-jobs.ts';
import type { Worker } from '../src/worker.ts';

let jobs: TestJobs;
let user: TestUser;

beforeAll(async () => {
  jobs = await startTestJobs();
});
beforeEach(async () => {
  user = await jobs.signIn();
  for (const queue of ['catalog-commands', 'jobs-worker-commands'] as const)
    await jobs.broker.sqs.send(new PurgeQueueCommand({ QueueUrl: jobs.broker.queueUrl(queue) }));
});
afterAll(() => jobs.stop());

const ROWS = 2300;
const CONTENT = `sku,name\n${Array.from({ length: ROWS }, (_, index) => `s-${index},Book ${index} 東京\n`).join('')}`;

const slice = (job: ImportView, attempt = 1) => ({ type: 'jobs.run-import-slice.v1', data: { jobId: job.id, attempt } });

function readCheckpoint(job: ImportView) {
  return jobs.schema
    .query<{ rows_read: number; batches_sent: number; sent_all: number }>(
      'SELECT rows_read, batches_sent, sent_all FROM imports WHERE job_id = ?',
      [job.id],
    )
    .then(([row]) => row);
}

/** The batches waiting for catalog, taken out of its queue. */
async function takeBatches(count: number) {
  const messages = await jobs.broker.receiveAll(jobs.broker.queueUrl('catalog-commands'), count);
  return messages.map(({ Body = '' }) => {
    const { id, data } = envelope.parse(JSON.parse(Body));
    return { id, batch: catalogApplyImportBatchV1.parse(data) };
  });
}

/** Runs what is in the queue with a catalog at its other end, until the job has ended. */
async function finish(job: ImportView): Promise<ImportView> {
  const catalog = startStandInCatalog(jobs.broker);
  const source = await jobs.startEventSource();
  try {
    return await user.waitForJob(job.id, 'completed');
  } finally {
    await Promise.all([catalog.stop(), source.stop()]);
  }
}

describe('run-import-slice', () => {
  it('stops when its time is over, leaves a checkpoint, and asks to go on', async () => {
    const job = await user.startImport(CONTENT);
    await jobs.broker.receiveAll(jobs.broker.queueUrl('jobs-worker-commands'), 1);
    const worker = await jobs.createWorker({ sliceMs: 0 });
    await invoke(worker, slice(job));
    expect(await readCheckpoint(job)).toMatchObject({ rows_read: 500, batches_sent: 1, sent_all: 0 });
    expect(await user.getJob(job.id)).toMatchObject({ status: 'running', progress: { done: 0 } });
    const [continuation] = await jobs.broker.receiveAll(jobs.broker.queueUrl('jobs-worker-commands'), 1);
    expect(envelope.parse(JSON.parse(continuation?.Body ?? ''))).toMatchObject(slice(job));
    for (const rows of [1000, 1500, 2000, 2300]) {
      await invoke(worker, slice(job));
      expect(await readCheckpoint(job)).toMatchObject({ rows_read: rows });
    }
    await invoke(worker, slice(job));
    expect(await readCheckpoint(job)).toMatchObject({ rows_read: ROWS, batches_sent: 5, sent_all: 1 });
    expect((await finish(job)).result).toMatchObject({ created: ROWS, rejected: 0 });
  });

  it('goes on in the middle of a file that is not UTF-8', async () => {
    const job = await user.startImport(iconv.encode(CONTENT, 'shift_jis'));
    const worker = await jobs.createWorker({ sliceMs: 0 });
    for (let slices = 1; slices <= 6; slices += 1) await invoke(worker, slice(job));
    expect(await readCheckpoint(job)).toMatchObject({ rows_read: ROWS, sent_all: 1 });
    const batches = await takeBatches(5);
    const names = new Set(batches.flatMap(({ batch }) => batch.rows.map(({ name }) => name)));
    expect(names).toEqual(new Set(Array.from({ length: ROWS }, (_, index) => `Book ${index} 東京`)));
  });

  it('sends the same batch under the same id again when it dies between the sending and the commit', async () => {
    const job = await user.startImport(CONTENT);
    const dying = await jobs.createWorker({
      failpoints: {
        afterSend: () => {
          throw new Error('killed');
        },
      },
    });
    expect((await invoke(dying, slice(job))).batchItemFailures).toHaveLength(1);
    expect(await readCheckpoint(job)).toMatchObject({ rows_read: 0, batches_sent: 0 });
    await invoke(await jobs.createWorker({ sliceMs: 0 }), slice(job));
    const [first, second] = await takeBatches(2);
    expect(second).toEqual(first);
  });

  it('counts every row once after a death between sending and commit', async () => {
    const job = await user.startImport(CONTENT);
    let deaths = 0;
    const dying = await jobs.createWorker({
      failpoints: {
        afterSend: () => {
          deaths += 1;
          if (deaths % 2 === 0) throw new Error('killed');
        },
      },
    });
    for (let delivery = 1; delivery <= 4; delivery += 1) await invoke(dying, slice(job));
    expect((await finish(job)).result).toMatchObject({ created: ROWS, updated: 0, unchanged: 0, rejected: 0 });
  });

  it('goes on from the checkpoint after a death behind the commit', async () => {
    const job = await user.startImport(CONTENT);
    const dying = await jobs.createWorker({
      failpoints: {
        afterCommit: () => {
          throw new Error('killed');
        },
      },
    });
    for (let delivery = 1; delivery <= 3; delivery += 1) await invoke(dying, slice(job));
    expect(await readCheckpoint(job)).toMatchObject({ rows_read: 1500, batches_sent: 3 });
    expect((await finish(job)).result).toMatchObject({ created: ROWS, rejected: 0 });
  });

  it('lets one of several workers win each batch', async () => {
    const job = await user.startImport(CONTENT);
    const workers: readonly Worker[] = await Promise.all(Array.from({ length: 3 }, () => jobs.createWorker()));
    const answers = await Promise.all(workers.map((worker) => invoke(worker, slice(job))));
    expect(answers.flatMap(({ batchItemFailures }) => batchItemFailures)).toEqual([]);
    expect(await readCheckpoint(job)).toMatchObject({ rows_read: ROWS, batches_sent: 5, sent_all: 1 });
    const batches = await takeBatches(5);
    expect(new Set(batches.map(({ batch }) => batch.batchNumber))).toEqual(new Set([0, 1, 2, 3, 4]));
    expect(new Set(batches.flatMap(({ batch }) => batch.rows.map(({ sku }) => sku))).size).toBe(ROWS);
  });

  it('has no effect when the same message comes again', async () => {
    const job = await user.startImport(CONTENT);
    const [worker, id] = [await jobs.createWorker(), randomUUID()];
    await Promise.all([invoke(worker, { ...slice(job), id }), invoke(worker, { ...slice(job), id })]);
    await invoke(worker, { ...slice(job), id });
    expect(await takeBatches(5)).toHaveLength(5);
    expect(jobs.broker.depth(jobs.broker.queueUrl('catalog-commands'))).toBe(0);
  });

  it('stops at the next batch once the job is cancelled, and counts what was on its way', async () => {
    const job = await user.startImport(CONTENT);
    let batches = 0;
    const worker = await jobs.createWorker({
      failpoints: {
        afterCommit: async () => {
          batches += 1;
          if (batches === 2) await user.client.post(`/jobs/${job.id}/cancel`);
        },
      },
    });
    expect(await invoke(worker, slice(job))).toEqual({ batchItemFailures: [] });
    expect(await readCheckpoint(job)).toMatchObject({ rows_read: 1000, batches_sent: 2 });
    const catalog = startStandInCatalog(jobs.broker);
    const late = await waitFor(async () => {
      const found = await user.getJob(job.id);
      return found.result?.created === 1000 && found;
    });
    await catalog.stop();
    expect(late).toMatchObject({ status: 'cancelled', result: { created: 1000, rejectsUrl: null } });
  });

  it('ignores commands of an attempt that was given up', async () => {
    const job = await user.startImport(CONTENT);
    await user.client.post(`/jobs/${job.id}/cancel`);
    await user.client.post(`/jobs/${job.id}/retry`);
    await invoke(await jobs.createWorker(), slice(job, 1));
    expect(jobs.broker.depth(jobs.broker.queueUrl('catalog-commands'))).toBe(0);
    expect((await finish(job)).result).toMatchObject({ created: ROWS });
  });

  it('refuses to go on with a file that was replaced', async () => {
    const job = await user.startImport(CONTENT);
    const worker = await jobs.createWorker({ sliceMs: 0 });
    await invoke(worker, slice(job));
    await jobs.schema.query('UPDATE imports SET upload_tag = \'"other"\' WHERE job_id = ?', [job.id]);
    await invoke(worker, slice(job));
    expect(await user.getJob(job.id)).toMatchObject({ status: 'failed', error: { code: 'UPLOAD_CHANGED' } });
  });

  it('fails the job after the last delivery, and can be retried', async () => {
    const job = await user.startImport(CONTENT);
    const broken = await jobs.createWorker({
      failpoints: {
        afterSend: () => {
          throw new Error('broken');
        },
      },
    });
    await invoke(broken, slice(job), 4);
    expect((await user.getJob(job.id)).status).toBe('running');
    await invoke(broken, slice(job), 5);
    expect(await user.getJob(job.id)).toMatchObject({ status: 'failed', error: { code: 'IMPORT_INTERRUPTED' } });
    expect((await user.client.post(`/jobs/${job.id}/retry`)).status).toBe(202);
    expect((await finish(job)).status).toBe('completed');
  });
});

describe('a dependency that is away', () => {
  it('holds a job up, however often its message comes, and does not end it', async () => {
    const job = await user.startImport(CONTENT);
    const refused = await jobs.createWorker({
      failpoints: {
        afterSend: () => {
          throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
        },
      },
    });
    expect((await invoke(refused, slice(job), 19)).batchItemFailures).toHaveLength(1);
    expect((await user.getJob(job.id)).status).toBe('running');
    expect((await finish(job)).result).toMatchObject({ created: ROWS });
  });
});

describe('finish-import', () => {
  it('gives number and reason of refused rows whose file is no longer there', async () => {
    const job = await user.startImport(`sku,name\n1,${REFUSED_NAME}\n2,b\n,c\n`);
    await invoke(await jobs.createWorker(), slice(job));
    await jobs.schema.query('UPDATE imports SET upload_tag = \'"other"\' WHERE job_id = ?', [job.id]);
    const { result } = await finish(job);
    expect(result).toMatchObject({ created: 1, rejected: 2 });
    const rejects = await (await fetch(result?.rejectsUrl ?? '')).text();
    expect(rejects.trim().split('\r\n').slice(1)).toEqual([
      '1,ITEM_REFUSED,it asked to be refused',
      expect.stringMatching(/^3,SKU_MISSING,.*,,c$/),
    ]);
  });

  it('completes once when it dies before the commit and comes again', async () => {
    const job = await user.startImport('sku,name\n,bad\n');
    const dying = await jobs.createWorker({
      failpoints: {
        beforeComplete: () => {
          throw new Error('killed');
        },
      },
    });
    await invoke(dying, slice(job));
    const finishing = { type: 'jobs.finish-import.v1', data: { jobId: job.id, attempt: 1 } };
    expect((await invoke(dying, finishing)).batchItemFailures).toHaveLength(1);
    const worker = await jobs.createWorker();
    await Promise.all([invoke(worker, finishing), invoke(worker, finishing)]);
    expect(await user.getJob(job.id)).toMatchObject({ status: 'completed', result: { rejected: 1 } });
  });

  it('does nothing before every batch was applied', async () => {
    const job = await user.startImport(CONTENT);
    const worker = await jobs.createWorker();
    await invoke(worker, slice(job));
    await invoke(worker, { type: 'jobs.finish-import.v1', data: { jobId: job.id, attempt: 1 } });
    expect((await user.getJob(job.id)).status).toBe('running');
  });
});

describe('a message nobody understands', () => {
  it('goes to the dead-letter queue, and its neighbours do not', async () => {
    const answer = await invoke(await jobs.createWorker(), { type: 'jobs.run-import-slice.v1', data: { jobId: 'x' } });
    expect(answer).toEqual({ batchItemFailures: [] });
    const [letter] = await jobs.broker.receiveAll(jobs.broker.queueUrl('jobs-worker-commands-dlq'), 1);
    expect(letter?.MessageAttributes).toHaveProperty('failure');
  });
});
