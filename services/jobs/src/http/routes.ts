import { defineRoute, idempotencyKeyHeader, type Route } from '@torii/chassis';
import { importPreviewRequest, jobId, jobQuery, jobRequest, uploadRequest } from '@torii/contracts';
import { z } from 'zod';
import { cancelJob } from '../use-cases/cancel-job.ts';
import type { JobsContext } from '../use-cases/context.ts';
import { createUpload } from '../use-cases/create-upload.ts';
import { getJob } from '../use-cases/get-job.ts';
import { listJobs } from '../use-cases/list-jobs.ts';
import { previewImport } from '../use-cases/preview-import.ts';
import { retryJob } from '../use-cases/retry-job.ts';
import { acceptJob, presentAccepted, presentJob, presentJobs } from './jobs.ts';

const jobParams = z.object({ id: jobId });
const idempotencyHeaders = z.object({ 'idempotency-key': idempotencyKeyHeader });

export function createRoutes(context: JobsContext, apiBasePath: string): readonly Route[] {
  const { database, files } = context;
  return [
    defineRoute({
      method: 'POST',
      path: '/jobs/uploads',
      body: uploadRequest,
      handle: async ({ user, body }) => ({ status: 201, body: await createUpload(context, user.id, body) }),
    }),
    defineRoute({
      method: 'POST',
      path: '/jobs/import-previews',
      body: importPreviewRequest,
      handle: async ({ user, body }) => ({ status: 200, body: await previewImport(files, user.id, body.uploadKey) }),
    }),
    defineRoute({
      method: 'POST',
      path: '/jobs',
      headers: idempotencyHeaders,
      body: jobRequest,
      handle: ({ user, headers, body }) => acceptJob(context, { userId: user.id, key: headers['idempotency-key'], body }, apiBasePath),
    }),
    defineRoute({
      method: 'GET',
      path: '/jobs',
      query: jobQuery,
      handle: async ({ user, query }) => ({ status: 200, body: await presentJobs(files, await listJobs(context, user.id, query)) }),
    }),
    defineRoute({
      method: 'GET',
      path: '/jobs/:id',
      params: jobParams,
      handle: async ({ user, params }) => ({ status: 200, body: await presentJob(files, await getJob(database, user.id, params.id)) }),
    }),
    defineRoute({
      method: 'POST',
      path: '/jobs/:id/cancel',
      params: jobParams,
      handle: async ({ user, params }) => ({ status: 200, body: await presentJob(files, await cancelJob(context, user.id, params.id)) }),
    }),
    defineRoute({
      method: 'POST',
      path: '/jobs/:id/retry',
      params: jobParams,
      handle: async ({ user, params }) => presentAccepted(files, await retryJob(context, user.id, params.id), apiBasePath),
    }),
  ];
}
