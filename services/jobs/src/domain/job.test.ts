import { describe, expect, it } from '@jest/globals';
import { jobId, userId } from '@torii/contracts';
import { estimateTotalRows, type Import, isAllApplied } from './import.ts';
import { cancelImport, completeImport, failImport, newImport, retryJob, startJob } from './job.ts';

const NOW = new Date('2025-01-01T00:00:00Z');
const LATER = new Date('2025-01-01T00:01:00Z');
const TOTALS = { created: 2, updated: 1, unchanged: 0, rejected: 1 };
const NOTHING = { created: 0, updated: 0, unchanged: 0, rejected: 0 };
const queued = newImport(
  {
    id: jobId.parse('0199a1b2-0000-7000-8000-000000000001'),
    ownerId: userId.parse('0199a1b2-0000-7000-8000-000000000002'),
    now: NOW,
  },
  { uploadKey: 'uploads/x', mapping: { sku: 'a', name: 'b' } },
);
const running = startJob(queued, LATER);

describe('a job', () => {
  it('gets a new version and time with every change', () => {
    expect(running).toMatchObject({ status: 'running', version: 2, createdAt: NOW, updatedAt: LATER });
  });

  it('is complete with as many rows done as there are in its totals', () => {
    expect(completeImport(running, { totals: TOTALS, rejectsKey: 'k' }, LATER)).toMatchObject({
      status: 'completed',
      progress: { done: 4, total: 4, unit: 'rows' },
      result: TOTALS,
    });
  });

  it('can be cancelled while it waits or runs, and then keeps its counts', () => {
    expect(cancelImport(queued, NOTHING, LATER).status).toBe('cancelled');
    expect(cancelImport(running, TOTALS, LATER)).toMatchObject({ status: 'cancelled', result: TOTALS });
    const cancelled = cancelImport(running, TOTALS, LATER);
    expect(() => cancelImport(cancelled, TOTALS, LATER)).toThrow(
      expect.objectContaining({ code: 'JOB_NOT_CANCELLABLE', kind: 'conflict' }),
    );
  });

  it('has a result after a failure only when rows were read', () => {
    const error = { code: 'X', message: 'x' };
    expect(failImport(running, { error, totals: NOTHING }, LATER).result).toBeNull();
    expect(failImport(running, { error, totals: TOTALS }, LATER).result).toEqual(TOTALS);
  });

  it('can be retried after a failure or a cancellation only, from the beginning', () => {
    const failed = failImport(running, { error: { code: 'X', message: 'x' }, totals: TOTALS }, LATER);
    expect(retryJob(failed, LATER)).toMatchObject({
      status: 'queued',
      attempt: 2,
      error: null,
      result: null,
      progress: { done: 0, total: null },
    });
    expect(() => retryJob(running, LATER)).toThrow(expect.objectContaining({ code: 'JOB_NOT_RETRYABLE' }));
  });
});

const state: Import = {
  jobId: queued.id,
  attempt: 1,
  uploadKey: 'k',
  uploadTag: 't',
  sizeBytes: 1000,
  mapping: { sku: 'a', name: 'b' },
  shape: null,
  byteOffset: 0,
  rowsRead: 0,
  batchesSent: 0,
  batchesApplied: 0,
  sentAll: false,
  totals: NOTHING,
};

describe('estimateTotalRows', () => {
  it('knows nothing before the first rows, goes by bytes until the end, then is exact', () => {
    expect(estimateTotalRows(state)).toBeNull();
    expect(estimateTotalRows({ ...state, rowsRead: 50, byteOffset: 250 })).toBe(200);
    expect(estimateTotalRows({ ...state, rowsRead: 180, byteOffset: 990, sentAll: true })).toBe(180);
  });
});

describe('isAllApplied', () => {
  it('needs the end of the file and an answer to every batch', () => {
    expect(isAllApplied({ ...state, batchesSent: 2, batchesApplied: 2 })).toBe(false);
    expect(isAllApplied({ ...state, batchesSent: 2, batchesApplied: 1, sentAll: true })).toBe(false);
    expect(isAllApplied({ ...state, batchesSent: 2, batchesApplied: 2, sentAll: true })).toBe(true);
    expect(isAllApplied({ ...state, sentAll: true })).toBe(true);
  });
});
