import { describe, expect, it } from '@jest/globals';
import { businessMetrics, countBusiness } from './metrics.ts';
import { events } from './topology.ts';

const job = { jobId: 'a', ownerId: 'b', attempt: 1 };

describe('business metrics', () => {
  it('count facts once each', () => {
    expect(countBusiness('identity.user.registered.v1', {})).toEqual({ SignUps: 1 });
    expect(countBusiness('catalog.item.deleted.v1', {})).toEqual({ ItemsDeleted: 1 });
  });

  it('count the rows of an import that completed, and leave out what there is none of', () => {
    const result = { created: 7, updated: 2, unchanged: 4, rejected: 0 };
    expect(countBusiness('jobs.job.completed.v1', { ...job, jobType: 'catalog-import', result })).toEqual({
      ImportsCompleted: 1,
      RowsCreated: 7,
      RowsUpdated: 2,
    });
    const exported = { ...job, jobType: 'catalog-export', result: { rows: 5, bytes: 100 } };
    expect(countBusiness('jobs.job.completed.v1', exported)).toEqual({ ExportsCompleted: 1 });
  });

  it('tell a file that cannot be imported from a failure of ours', () => {
    const failed = (code: string) => ({ ...job, jobType: 'catalog-import', error: { code, message: 'why' } });
    expect(countBusiness('jobs.job.failed.v1', failed('FILE_EMPTY'))).toEqual({ JobsFailed: 1 });
    expect(countBusiness('jobs.job.failed.v1', failed('IMPORT_INTERRUPTED'))).toEqual({ JobsFailed: 1, JobsInterrupted: 1 });
  });

  it('do not count what nobody wants counted', () => {
    expect(countBusiness('jobs.job.progressed.v1', {})).toEqual({});
    expect(countBusiness('no.such.type', {})).toEqual({});
  });

  it('are of events that are still published', () => {
    for (const { event } of Object.values(businessMetrics)) expect(events[event]).not.toHaveProperty('upcast');
  });
});
