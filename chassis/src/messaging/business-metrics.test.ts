import { describe, expect, it } from '@jest/globals';
import { toBusinessMetrics } from './business-metrics.ts';

const NOW_MS = 1_764_000_000_000;
const created = { type: 'catalog.item.created.v2', data: {} };

describe('the log line of what the business counts', () => {
  it('adds up the events of one commit', () => {
    const changed = { type: 'catalog.item.changed.v2', data: {} };
    expect(toBusinessMetrics('catalog', [created, changed, created], NOW_MS)).toEqual({
      _aws: {
        Timestamp: NOW_MS,
        CloudWatchMetrics: [
          {
            Namespace: 'Torii',
            Dimensions: [['Service']],
            Metrics: [
              { Name: 'ItemsCreated', Unit: 'Count' },
              { Name: 'ItemsChanged', Unit: 'Count' },
            ],
          },
        ],
      },
      Service: 'catalog',
      ItemsCreated: 2,
      ItemsChanged: 1,
    });
  });

  it('holds nothing of the event itself', () => {
    const data = { userId: 'u-1', email: 'ada@example.com', displayName: 'Ada' };
    const line = JSON.stringify(toBusinessMetrics('identity', [{ type: 'identity.user.registered.v1', data }], NOW_MS));
    expect(line).toContain('"SignUps":1');
    expect(line).not.toMatch(/u-1|ada|Ada/);
  });

  it('is not written when nothing is counted', () => {
    expect(toBusinessMetrics('jobs', [{ type: 'jobs.job.requested.v1', data: {} }], NOW_MS)).toBeUndefined();
  });
});
