import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connectDatabase, createLogger, createOutbox, systemClock } from '@torii/chassis';
import { waitFor } from '@torii/testing';
import { resumeStalledJobs } from '../src/use-cases/resume-stalled-jobs.ts';
import { REFUSED_NAME, startStandInCatalog } from './stand-in-catalog.ts';
import { type ImportView, invoke, startTestJobs, type TestJobs, type TestUser } from './start-test-jobs.ts';

let jobs: TestJobs;
let user: TestUser;

beforeAll(async () => {
  jobs = await startTestJobs({ stalledCheckMs: 100 });
});
beforeEach(async () => {
  user = await jobs.signIn();
});
afterAll(() => jobs.stop());

const CONTENT = 'sku,name\n1,a\n2,b\n,c\n';
const ROWS = 1700;
/** Four batches; a sku comes twice in the second, and catalog refuses a row of the third. */
const LARGE = `sku,name\n${Array.from({ length: ROWS }, (_row, index) => `s-${index === 700 ? 3 : index},${index === 1200 ? REFUSED_NAME : 'a'}\n`).join('')}`;
const COUNTED = ROWS - 2;

const slice = (job: { readonly id: string }) => ({ type: 'jobs.run-import-slice.v1', data: { jobId: job.id, attempt: 1 } });

/** As if nobody had done anything for the job for as long as its lease lasts; until that is noticed. */
async function stall(job: { readonly id: string }): Promise<void> {
  const before = await findResumes(job);
  await expireLease(job);
  await waitFor(async () => (await findResumes(job)) !== before);
}

const expireLease = (job: { readonly id: string }) =>
  jobs.schema.query('UPDATE jobs SET lease_until = NOW(3) - INTERVAL 1 SECOND WHERE id = ?', [job.id]);

/** Messages that nobody gets. */
const lose = (queue: 'jobs-worker-commands' | 'catalog-commands' | 'jobs-events', count: number) =>
  jobs.broker.receiveAll(jobs.broker.queueUrl(queue), count);

/** A catalog and a worker at the other ends of the queues, until the job has ended. */
async function finish(job: { readonly id: string }): Promise<ImportView> {
  const catalog = startStandInCatalog(jobs.broker);
  const source = await jobs.startEventSource();
  try {
    return await user.waitForJob(job.id, 'completed');
  } finally {
    await Promise.all([catalog.stop(), source.stop()]);
  }
}

async function findResumes(job: { readonly id: string }): Promise<number | undefined> {
  const [row] = await jobs.schema.query<{ resumes: number }>('SELECT resumes FROM jobs WHERE id = ?', [job.id]);
  return row?.resumes;
}

describe('a job whose lease has run out', () => {
  it('begins, when its first message was lost', async () => {
    const job = await user.startImport(CONTENT);
    await lose('jobs-worker-commands', 1);
    await stall(job);
    expect((await finish(job)).result).toMatchObject({ created: 2, rejected: 1 });
    expect(await findResumes(job)).toBe(1);
  });

  it('reads on from its checkpoint, when a worker died after sending half and its message was lost', async () => {
    const job = await user.startImport(LARGE);
    await lose('jobs-worker-commands', 1);
    let batches = 0;
    const dying = await jobs.createWorker({
      failpoints: {
        afterSend: () => {
          batches += 1;
          if (batches === 2) throw new Error('killed');
        },
      },
    });
    expect((await invoke(dying, slice(job))).batchItemFailures).toHaveLength(1);
    await stall(job);
    expect((await finish(job)).result).toMatchObject({ created: COUNTED, updated: 0, unchanged: 0, rejected: 2 });
  });

  it('sends exactly the batches again that never came to catalog', async () => {
    const job = await user.startImport(LARGE);
    await lose('jobs-worker-commands', 1);
    await invoke(await jobs.createWorker(), slice(job));
    const [first] = await lose('catalog-commands', 4);
    const catalog = startStandInCatalog(jobs.broker);
    // Of the four the first comes late, but comes.
    await jobs.send('catalog-commands', first?.Body ?? '');
    await waitFor(async () => (await user.getJob(job.id)).progress.done > 1);
    await stall(job);
    const source = await jobs.startEventSource();
    const { result } = await user.waitForJob(job.id, 'completed');
    await Promise.all([catalog.stop(), source.stop()]);
    expect(result).toMatchObject({ created: COUNTED, updated: 0, unchanged: 0, rejected: 2 });
    expect(catalog.taken).toHaveLength(4);
    expect(new Set(catalog.taken.map(({ batch }) => batch.batchNumber))).toEqual(new Set([0, 1, 2, 3]));
    const reasons = await (await fetch(result?.rejectsUrl ?? '')).text();
    expect(reasons.split('\r\n').map((line) => line.slice(0, 16))).toEqual([
      'row,code,reason,',
      '701,SKU_REPEATED',
      '1201,ITEM_REFUSE',
      '',
    ]);
  });

  it('adds up, when answers of catalog were lost: their rows are found unchanged', async () => {
    const job = await user.startImport(LARGE);
    await lose('jobs-worker-commands', 1);
    await invoke(await jobs.createWorker(), slice(job));
    const catalog = startStandInCatalog(jobs.broker, { deliveries: 0 });
    await waitFor(() => catalog.taken.length === 4);
    await stall(job);
    catalog.answer(1);
    const source = await jobs.startEventSource();
    const { result, progress } = await user.waitForJob(job.id, 'completed');
    await Promise.all([catalog.stop(), source.stop()]);
    expect(result).toMatchObject({ created: 0, updated: 0, unchanged: COUNTED, rejected: 2 });
    expect(progress).toMatchObject({ done: ROWS, total: ROWS });
  });

  it('counts the first answer to a batch, when the one that was lost comes after all', async () => {
    const job = await user.startImport(LARGE);
    await lose('jobs-worker-commands', 1);
    await invoke(await jobs.createWorker(), slice(job));
    const late = await lose('catalog-commands', 4);
    await stall(job);
    const source = await jobs.startEventSource();
    const catalog = startStandInCatalog(jobs.broker, { deliveries: 2 });
    const { result } = await user.waitForJob(job.id, 'completed');
    for (const { Body = '' } of late) await jobs.send('catalog-commands', Body);
    await waitFor(() => catalog.taken.length === 8 && jobs.broker.depth(jobs.broker.queueUrl('jobs-events')) === 0);
    await Promise.all([catalog.stop(), source.stop()]);
    expect((await user.getJob(job.id)).result).toMatchObject({ created: COUNTED, unchanged: 0, rejected: 2 });
    expect(result).toMatchObject({ created: COUNTED, unchanged: 0, rejected: 2 });
  });

  it('is completed, when every answer is there and only its end was lost', async () => {
    const job = await user.startImport(CONTENT);
    await lose('jobs-worker-commands', 1);
    await invoke(await jobs.createWorker(), slice(job));
    const catalog = startStandInCatalog(jobs.broker);
    await lose('jobs-worker-commands', 1);
    await catalog.stop();
    expect(await user.getJob(job.id)).toMatchObject({ status: 'running', progress: { done: 3 } });
    await stall(job);
    expect((await finish(job)).result).toMatchObject({ created: 2, rejected: 1 });
  });

  it('stays cancelled, and counts what was on its way', async () => {
    const job = await user.startImport(LARGE);
    await lose('jobs-worker-commands', 1);
    await invoke(await jobs.createWorker({ sliceMs: 0 }), slice(job));
    await lose('jobs-worker-commands', 1);
    await user.client.post(`/jobs/${job.id}/cancel`);
    await expireLease(job);
    const catalog = startStandInCatalog(jobs.broker, { deliveries: 3 });
    await waitFor(async () => (await user.getJob(job.id)).result?.created === 500);
    await catalog.stop();
    expect(await findResumes(job)).toBe(0);
    expect(await user.getJob(job.id)).toMatchObject({ status: 'cancelled', result: { created: 500, rejected: 0 } });
  });

  it('fails after three resumes; what is applied later still counts, and it can be retried', async () => {
    const job = await user.startImport(CONTENT);
    await lose('jobs-worker-commands', 1);
    await invoke(await jobs.createWorker(), slice(job));
    const [batch] = await lose('catalog-commands', 1);
    for (let resume = 1; resume <= 3; resume += 1) {
      await stall(job);
      await lose('jobs-worker-commands', 1);
    }
    await expireLease(job);
    const failed = await user.waitForJob(job.id, 'failed');
    expect(failed).toMatchObject({ error: { code: 'IMPORT_INTERRUPTED' }, result: { created: 0, rejected: 1 } });
    await waitFor(() => jobs.bus.types.includes('jobs.job.failed.v1'), { what: 'The event on the bus' });

    const catalog = startStandInCatalog(jobs.broker);
    await jobs.send('catalog-commands', batch?.Body ?? '');
    await waitFor(async () => (await user.getJob(job.id)).result?.created === 2);
    expect((await user.getJob(job.id)).status).toBe('failed');
    expect((await user.client.post(`/jobs/${job.id}/retry`)).status).toBe(202);
    const source = await jobs.startEventSource();
    expect((await user.waitForJob(job.id, 'completed')).result).toMatchObject({ created: 0, unchanged: 2, rejected: 1 });
    await Promise.all([catalog.stop(), source.stop()]);
  });
});

describe('a lease', () => {
  it('is renewed by a checkpoint', async () => {
    const job = await user.startImport(LARGE);
    await lose('jobs-worker-commands', 1);
    const worker = await jobs.createWorker({ sliceMs: 0 });
    await jobs.schema.query('UPDATE jobs SET lease_until = NOW(3) + INTERVAL 2 SECOND WHERE id = ?', [job.id]);
    await invoke(worker, slice(job));
    await lose('jobs-worker-commands', 1);
    const [row] = await jobs.schema.query<{ seconds: number }>(
      'SELECT TIMESTAMPDIFF(SECOND, NOW(3), lease_until) AS seconds FROM jobs WHERE id = ?',
      [job.id],
    );
    expect(row?.seconds).toBeGreaterThan(290);
    await user.client.post(`/jobs/${job.id}/cancel`);
  });

  it('that still runs, and a job that has ended, are left alone', async () => {
    const [waiting, cancelled, stalled] = await Promise.all([1, 2, 3].map(() => user.startImport(CONTENT)));
    if (waiting === undefined || cancelled === undefined || stalled === undefined) throw new Error('no jobs');
    await user.client.post(`/jobs/${cancelled.id}/cancel`);
    await expireLease(cancelled);
    await expireLease(stalled);
    await waitFor(async () => (await findResumes(stalled)) === 1);
    expect(await findResumes(waiting)).toBe(0);
    expect(await findResumes(cancelled)).toBe(0);
    await lose('jobs-worker-commands', 4);
  });

  it('that has run out is noticed once, by however many processes look', async () => {
    const database = await connectDatabase(jobs.schema.databaseOptions);
    const logger = createLogger({ serviceName: 'jobs', level: 'silent' });
    const context = { database, outbox: createOutbox({ publisher: 'jobs', database, logger }), clock: systemClock, logger };
    const job = await user.startImport(CONTENT);
    await expireLease(job);
    await Promise.all(Array.from({ length: 5 }, () => resumeStalledJobs(context)));
    await waitFor(async () => (await findResumes(job)) === 1);
    // The first message and the one of the resume.
    await lose('jobs-worker-commands', 2);
    expect(jobs.broker.depth(jobs.broker.queueUrl('jobs-worker-commands'))).toBe(0);
    await database.close();
  });
});
