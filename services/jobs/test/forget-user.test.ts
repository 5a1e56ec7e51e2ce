import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jobPage, upload } from '@torii/contracts';
import { waitFor } from '@torii/testing';
import { startTestJobs, type TestJobs } from './start-test-jobs.ts';

let jobs: TestJobs;

beforeAll(async () => {
  jobs = await startTestJobs();
  await jobs.startEventSource();
});
afterAll(() => jobs.stop());

describe('identity.user.deleted.v1', () => {
  it('leaves no export of the person', async () => {
    const leaving = await jobs.signIn();
    const { id } = await leaving.startExport({ format: 'csv' });
    const { result } = await leaving.waitForExport(id, 'completed');
    expect((await fetch(result?.downloadUrl ?? '')).status).toBe(200);
    await sendUserDeleted(leaving.id);
    await waitFor(async () => (await leaving.client.get(`/jobs/${id}`)).status === 404);
    expect((await fetch(result?.downloadUrl ?? '')).status).toBe(404);
    expect(await jobs.schema.query('SELECT 1 FROM exports WHERE job_id = ?', [id])).toEqual([]);
    const late = await leaving.client.post('/jobs', EXPORT, { headers: { 'idempotency-key': randomUUID() } });
    expect(late.problem).toMatchObject({ status: 403, code: 'OWNER_DELETED' });
  });

  it('leaves no job and no file of the person, and touches nobody else', async () => {
    const [leaving, staying] = [await jobs.signIn(), await jobs.signIn()];
    const content = 'sku,name\n,bad\n';
    const uploadKey = await leaving.upload(content);
    const { body } = await leaving.request(uploadKey);
    const { result } = await leaving.waitForJob((body as { id: string }).id, 'completed');
    const kept = await staying.startImport(content);
    await staying.waitForJob(kept.id, 'completed');
    expect((await fetch(result?.rejectsUrl ?? '')).status).toBe(200);

    await sendUserDeleted(leaving.id);
    await waitFor(async () => jobPage.parse((await leaving.client.get('/jobs')).body).jobs.length === 0);
    expect((await fetch(result?.rejectsUrl ?? '')).status).toBe(404);
    expect((await leaving.client.post('/jobs/import-previews', { uploadKey })).status).toBe(404);
    for (const table of ['imports', 'import_batches', 'import_batch_places', 'import_rejections', 'import_skus']) {
      const rows = await jobs.schema.query(`SELECT 1 FROM ${table} WHERE job_id NOT IN (SELECT id FROM jobs)`);
      expect(rows).toEqual([]);
    }
    expect((await staying.getJob(kept.id)).status).toBe('completed');
  });

  it('lets a token that outlives its user begin nothing', async () => {
    const leaving = await jobs.signIn();
    const job = await leaving.startImport('sku,name\n,bad\n');
    const request = { fileName: 'late.csv', contentType: 'text/csv', sizeBytes: 9 };
    const late = upload.parse((await leaving.client.post('/jobs/uploads', request)).body);
    await sendUserDeleted(leaving.id);
    await waitFor(async () => (await leaving.client.get(`/jobs/${job.id}`)).status === 404);

    expect((await leaving.client.post('/jobs/uploads', request)).problem).toMatchObject({ status: 403, code: 'OWNER_DELETED' });
    expect((await fetch(late.url, { method: 'PUT', headers: late.headers, body: 'sku,name\n' })).status).toBe(200);
    expect((await leaving.request(late.uploadKey)).problem).toMatchObject({ status: 403, code: 'OWNER_DELETED' });
    expect(jobPage.parse((await leaving.client.get('/jobs')).body).jobs).toEqual([]);
  });
});

const EXPORT = { type: 'catalog-export', input: { format: 'csv' } };

async function sendUserDeleted(userId: string): Promise<void> {
  const data = { userId, deletedAt: new Date().toISOString() };
  const type = 'identity.user.deleted.v1';
  const message = { specversion: '1.0', id: randomUUID(), source: '/torii/identity', type, subject: userId, time: data.deletedAt };
  await jobs.send('jobs-events', JSON.stringify({ ...message, datacontenttype: 'application/json', data }));
}
