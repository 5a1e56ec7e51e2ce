import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { InMemorySpanExporter } from '@opentelemetry/sdk-trace';
import { currentTraceId, currentTraceparent, outgoingHeaders, withSpan } from './spans.ts';
import { startTelemetry } from './start-telemetry.ts';

const exporter = new InMemorySpanExporter();
const telemetry = startTelemetry({ serviceName: 'x', environment: 'test', otlpEndpoint: 'http://127.0.0.1:1', samplingRatio: 0, exporter });
afterEach(() => exporter.reset());
afterAll(() => telemetry.shutdown());

const TRACE = '68e1a2b3c4d5e6f708192a3b4c5d6e7f';

describe('a trace that is not kept', () => {
  it('has one id all the way down, for logs and for the next process, and no span', async () => {
    const ids = await withSpan('request', { kind: 'server' }, async () => {
      const here = [currentTraceId(), currentTraceparent()];
      const below = await withSpan('query', { kind: 'client' }, async () => [currentTraceId(), currentTraceparent()]);
      expect(below).toEqual(here);
      expect(outgoingHeaders()).toMatchObject({ traceparent: here[1], 'x-amzn-trace-id': expect.stringContaining('Sampled=0') });
      return here;
    });
    expect(ids).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), `00-${ids[0]}-${ids[1]?.slice(36, 52)}-00`]);
    expect(Math.abs(Number.parseInt(ids[0]?.slice(0, 8) ?? '0', 16) - Date.now() / 1000)).toBeLessThan(60);
    expect(exporter.getFinishedSpans()).toEqual([]);
  });

  it('is another each time', async () => {
    const [one, other] = [await withSpan('a', {}, async () => currentTraceId()), await withSpan('b', {}, async () => currentTraceId())];
    expect(one).not.toBe(other);
  });

  it('passes failures on', async () => {
    await expect(withSpan('a', {}, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    const throwing = () => {
      throw new Error('at once');
    };
    await expect(withSpan('a', {}, throwing)).rejects.toThrow('at once');
  });
});

describe('a trace that its caller keeps', () => {
  it('is kept here, whatever share of our own is', async () => {
    await withSpan('request', { parent: `00-${TRACE}-00f067aa0ba902b7-01` }, () => withSpan('query', {}, async () => currentTraceId()));
    expect(exporter.getFinishedSpans().map((span) => [span.name, span.spanContext().traceId])).toEqual([
      ['query', TRACE],
      ['request', TRACE],
    ]);
  });

  it('is not kept when its caller does not', async () => {
    const parent = `00-${TRACE}-00f067aa0ba902b7-00`;
    expect(await withSpan('request', { parent }, async () => currentTraceparent())).toBe(parent);
    expect(exporter.getFinishedSpans()).toEqual([]);
  });
});
