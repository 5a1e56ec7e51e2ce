import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { job as jobSchema, jobPage } from '@torii/contracts';
import { waitFor } from '@torii/testing';
import { invoke, MAPPING, startTestJobs, type TestJobs, type TestUser } from './start-test-jobs.ts';

let jobs: TestJobs;
let user: TestUser;

beforeAll(async () => {
  jobs = await startTestJobs();
  user = await jobs.signIn();
});
afterAll(() => jobs.stop());

const CONTENT = 'sku,name\n1,a\n';

describe('POST /jobs', () => {
  it('accepts an import, tells where to look, and asks the worker to begin', async () => {
    const uploadKey = await user.upload(CONTENT);
    const { status, headers, body } = await user.request(uploadKey);
    const job = jobSchema.parse(body);
    expect(status).toBe(202);
    expect(headers.get('location')).toBe(`/v1/jobs/${job.id}`);
    expect(job).toMatchObject({
      type: 'catalog-import',
      status: 'queued',
      progress: { done: 0, total: null, unit: 'rows' },
      result: null,
      error: null,
    });
    expect(await user.getJob(job.id)).toEqual(job);
    const [command] = await jobs.broker.receiveAll(jobs.broker.queueUrl('jobs-worker-commands'), 1);
    expect(JSON.parse(command?.Body ?? '')).toMatchObject({ type: 'jobs.run-import-slice.v1', data: { jobId: job.id, attempt: 1 } });
    await waitFor(() => jobs.bus.types.includes('jobs.job.requested.v1'), { what: 'The event on the bus' });
  });

  it('makes one job of a request that is repeated with its key', async () => {
    const [uploadKey, key] = [await user.upload(CONTENT), randomUUID()];
    const answers = await Promise.all(Array.from({ length: 5 }, () => user.request(uploadKey, MAPPING, key)));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202]);
    expect(new Set(answers.map(({ body }) => jobSchema.parse(body).id)).size).toBe(1);
    expect(new Set(answers.map(({ headers }) => headers.get('location'))).size).toBe(1);
  });

  it('refuses the key of another request, and takes the same key of another person', async () => {
    const [uploadKey, key] = [await user.upload(CONTENT), randomUUID()];
    await user.request(uploadKey, MAPPING, key);
    const changed = await user.request(uploadKey, { ...MAPPING, category: 'name' }, key);
    expect(changed.problem).toMatchObject({ status: 409, code: 'IDEMPOTENCY_KEY_REUSED' });
    const other = await jobs.signIn();
    expect((await other.request(await other.upload(CONTENT), MAPPING, key)).status).toBe(202);
  });

  it('wants an idempotency key', async () => {
    const body = { type: 'catalog-import', input: { uploadKey: await user.upload(CONTENT), mapping: MAPPING } };
    expect((await user.client.post('/jobs', body)).problem).toMatchObject({ status: 400, code: 'IDEMPOTENCY_KEY_MISSING' });
  });

  it('wants an upload that is there and belongs to the caller', async () => {
    const foreign = await (await jobs.signIn()).upload(CONTENT);
    for (const key of [foreign, `uploads/${user.id}/${randomUUID()}/items.csv`])
      expect((await user.request(key)).problem).toMatchObject({ status: 404, code: 'UPLOAD_NOT_FOUND' });
  });

  it('wants a mapping of sku and name', async () => {
    const uploadKey = await user.upload(CONTENT);
    expect((await user.request(uploadKey, { sku: 'sku' })).problem).toMatchObject({ status: 400, code: 'REQUEST_INVALID' });
    expect((await user.request(uploadKey, { ...MAPPING, colour: 'x' })).problem).toMatchObject({ status: 400 });
  });
});

describe('GET /jobs', () => {
  it("lists the caller's own jobs, newest first, page by page", async () => {
    const owner = await jobs.signIn();
    const uploadKey = await owner.upload(CONTENT);
    const made: string[] = [];
    for (let index = 0; index < 5; index += 1) made.unshift(jobSchema.parse((await owner.request(uploadKey)).body).id);
    const first = jobPage.parse((await owner.client.get('/jobs?limit=3')).body);
    const second = jobPage.parse((await owner.client.get(`/jobs?limit=3&cursor=${first.nextCursor}`)).body);
    expect([...first.jobs, ...second.jobs].map(({ id }) => id)).toEqual(made);
    expect(second.nextCursor).toBeNull();
    expect(jobPage.parse((await user.client.get('/jobs?limit=100')).body).jobs.some(({ id }) => made.includes(id))).toBe(false);
  });

  it('filters by status', async () => {
    const owner = await jobs.signIn();
    const job = await owner.startImport(CONTENT);
    await owner.startImport(CONTENT);
    await owner.client.post(`/jobs/${job.id}/cancel`);
    const cancelled = jobPage.parse((await owner.client.get('/jobs?status=cancelled')).body);
    expect(cancelled.jobs.map(({ id }) => id)).toEqual([job.id]);
  });

  it('refuses a cursor of its own making', async () => {
    expect((await user.client.get('/jobs?cursor=abc')).problem).toMatchObject({ status: 400, code: 'CURSOR_INVALID' });
  });
});

describe("somebody else's job", () => {
  it('cannot be seen, cancelled or retried', async () => {
    const { id } = await user.startImport(CONTENT);
    const other = await jobs.signIn();
    const answers = [other.client.get(`/jobs/${id}`), other.client.post(`/jobs/${id}/cancel`), other.client.post(`/jobs/${id}/retry`)];
    for (const answer of await Promise.all(answers)) expect(answer.problem).toMatchObject({ status: 404, code: 'JOB_NOT_FOUND' });
  });
});

describe('POST /jobs/:id/cancel', () => {
  it('stops a job that waits, once', async () => {
    const { id } = await user.startImport(CONTENT);
    const { status, body } = await user.client.post(`/jobs/${id}/cancel`);
    expect(status).toBe(200);
    expect(jobSchema.parse(body)).toMatchObject({
      status: 'cancelled',
      result: { created: 0, updated: 0, unchanged: 0, rejected: 0, rejectsUrl: null },
    });
    expect((await user.client.post(`/jobs/${id}/cancel`)).problem).toMatchObject({ status: 409, code: 'JOB_NOT_CANCELLABLE' });
  });

  it('keeps the worker from beginning', async () => {
    const { id } = await user.startImport(CONTENT);
    await user.client.post(`/jobs/${id}/cancel`);
    const worker = await jobs.createWorker();
    expect(await invoke(worker, { type: 'jobs.run-import-slice.v1', data: { jobId: id, attempt: 1 } })).toEqual({ batchItemFailures: [] });
    expect(jobs.broker.depth(jobs.broker.queueUrl('catalog-commands'))).toBe(0);
    expect((await user.getJob(id)).status).toBe('cancelled');
  });
});

describe('POST /jobs/:id/retry', () => {
  it('begins a cancelled job again as a new attempt', async () => {
    const { id } = await user.startImport(CONTENT);
    await user.client.post(`/jobs/${id}/cancel`);
    const { status, headers, body } = await user.client.post(`/jobs/${id}/retry`);
    expect(status).toBe(202);
    expect(headers.get('location')).toBe(`/v1/jobs/${id}`);
    expect(jobSchema.parse(body)).toMatchObject({ id, status: 'queued', result: null, error: null });
    const [row] = await jobs.schema.query<{ attempt: number }>('SELECT attempt FROM jobs WHERE id = ?', [id]);
    expect(row?.attempt).toBe(2);
  });

  it('refuses a job that waits', async () => {
    const { id } = await user.startImport(CONTENT);
    expect((await user.client.post(`/jobs/${id}/retry`)).problem).toMatchObject({ status: 409, code: 'JOB_NOT_RETRYABLE' });
  });
});
