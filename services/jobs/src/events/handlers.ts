import type { HandlerContext } from '@torii/chassis';
import type { Handlers } from '@torii/contracts';
import type { JobsContext } from '../use-cases/context.ts';
import { forgetUser } from '../use-cases/forget-user.ts';
import { requestNightlyExport } from '../use-cases/request-export.ts';
import { recordAppliedBatch } from '../use-cases/record-applied-batch.ts';

/** What the service does with each message it is sent. */
export function createHandlers(context: JobsContext): Handlers<'jobs', HandlerContext> {
  return {
    'catalog.import-batch.applied.v1': ({ data }, { tx }) => recordAppliedBatch(context, tx, data),
    'jobs.request-export.v1': ({ data, time }, { tx }) => requestNightlyExport(context, tx, { format: data.format, requestedAt: time }),
    'identity.user.deleted.v1': ({ data }) => forgetUser(context, data.userId),
  };
}
