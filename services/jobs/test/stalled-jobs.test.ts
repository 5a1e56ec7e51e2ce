import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { connectDatabase, createOutbox, systemClock } from '@torii/chassis';
import type { Job } from '@torii/contracts';
import { waitFor } from '@torii/testing';
import { startStandInCatalog } from './stand-in-catalog.ts';
import { invoke, startTestJobs, type TestJobs, type TestUser } from './start-test-jobs.ts';
import { failStalledJobs } from '../src/use-cases/fail-stalled-jobs.ts';

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

/** As if its message had become a dead letter that long ago. */
const leaveAlone = (job: Job, minutes: number) =>
  jobs.schema.query('UPDATE jobs SET touched_at = NOW(3) - INTERVAL ? MINUTE WHERE id = ?', [minutes, job.id]);

describe('a job that nothing happens to', () => {
  it('fails after an hour, and what is applied later still counts', async () => {
    const job = await user.startImport(CONTENT);
    await invoke(await jobs.createWorker(), { type: 'jobs.run-import-slice.v1', data: { jobId: job.id, attempt: 1 } });
    await leaveAlone(job, 61);
    const failed = await user.waitForJob(job.id, 'failed');
    expect(failed).toMatchObject({ error: { code: 'IMPORT_INTERRUPTED' }, result: { created: 0, rejected: 1 } });
    await waitFor(() => jobs.bus.types.includes('jobs.job.failed.v1'), { what: 'The event on the bus' });

    const catalog = startStandInCatalog(jobs.broker);
    await waitFor(async () => (await user.getJob(job.id)).result?.created === 2);
    expect((await user.getJob(job.id)).status).toBe('failed');
    expect((await user.client.post(`/jobs/${job.id}/retry`)).status).toBe(202);
    const source = await jobs.startEventSource();
    expect((await user.waitForJob(job.id, 'completed')).result).toMatchObject({ created: 0, unchanged: 2, rejected: 1 });
    await Promise.all([catalog.stop(), source.stop()]);
  });

  it('is left alone before that, and when it has ended', async () => {
    const [waiting, cancelled, stalled] = await Promise.all([1, 2, 3].map(() => user.startImport(CONTENT)));
    if (waiting === undefined || cancelled === undefined || stalled === undefined) throw new Error('no jobs');
    await user.client.post(`/jobs/${cancelled.id}/cancel`);
    await leaveAlone(waiting, 59);
    await leaveAlone(cancelled, 600);
    await leaveAlone(stalled, 61);
    await user.waitForJob(stalled.id, 'failed');
    expect((await user.getJob(waiting.id)).status).toBe('queued');
    expect((await user.getJob(cancelled.id)).status).toBe('cancelled');
  });

  it('is failed once, by however many processes look', async () => {
    const database = await connectDatabase(jobs.schema.databaseOptions);
    const context = { database, outbox: createOutbox({ publisher: 'jobs', database }), clock: systemClock };
    const job = await user.startImport(CONTENT);
    await leaveAlone(job, 61);
    await Promise.all(Array.from({ length: 5 }, () => failStalledJobs(context)));
    await user.waitForJob(job.id, 'failed');
    const [row] = await jobs.schema.query<{ version: number }>('SELECT version FROM jobs WHERE id = ?', [job.id]);
    expect(row?.version).toBe(2);
    await database.close();
  });
});
