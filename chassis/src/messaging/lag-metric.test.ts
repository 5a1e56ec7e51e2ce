import { describe, expect, it } from '@jest/globals';
import { createLogger } from '../index.ts';
import { toLagMetric } from './lag-metric.ts';

// The specification's own words: `_aws` is at the root, each metric and each dimension is a member of the root, a dimension is a string, a metric a number.
interface EmbeddedMetric extends Readonly<Record<string, unknown>> {
  readonly _aws: {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
    }[];
  };
}

function logLine(): EmbeddedMetric {
  const lines: string[] = [];
  const logger = createLogger({ serviceName: 'catalog', destination: { write: (line) => void lines.push(line) } });
  logger.info(toLagMetric('catalog', { seconds: 61.5, rows: 1204 }, 1_764_000_000_000), 'outbox lag');
  return JSON.parse(lines.join('')) as EmbeddedMetric;
}

describe('the log line of the lag', () => {
  it('is in the embedded metric format after masking', () => {
    const line = logLine();
    expect(line['_aws'].Timestamp).toBe(1_764_000_000_000);
    expect(line['_aws'].CloudWatchMetrics).toHaveLength(1);
    for (const { Namespace, Dimensions, Metrics } of line['_aws'].CloudWatchMetrics) {
      expect(Namespace).toBe('Torii');
      expect(Dimensions).toEqual([['Service']]);
      expect(Metrics).toEqual([
        { Name: 'OutboxLagSeconds', Unit: 'Seconds' },
        { Name: 'OutboxRows', Unit: 'Count' },
      ]);
      for (const name of Dimensions.flat()) expect(typeof line[name]).toBe('string');
      for (const { Name } of Metrics) expect(typeof line[Name]).toBe('number');
    }
    expect(line).toMatchObject({ Service: 'catalog', OutboxLagSeconds: 61.5, OutboxRows: 1204, level: 'info' });
  });
});
