import { describe, expect, it } from '@jest/globals';
import { ROOT_CONTEXT, defaultTextMapGetter, defaultTextMapSetter, trace } from '@opentelemetry/api';
import { twoHeaderPropagator } from './propagator.ts';
import { xrayIds } from './xray-ids.ts';

const [ONE, OTHER] = ['68e1a2b3c4d5e6f708192a3b4c5d6e7f', '68e1a2b3aaaaaaaaaaaaaaaaaaaaaaaa'];
const w3c = (traceId: string) => ({ traceparent: `00-${traceId}-1111111111111111-01` });
const xray = (traceId: string, more = ';Parent=2222222222222222;Sampled=1') => ({
  'x-amzn-trace-id': `Root=1-${traceId.slice(0, 8)}-${traceId.slice(8)}${more}`,
});
const extract = (headers: object) => trace.getSpanContext(twoHeaderPropagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter));

describe('trace headers', () => {
  it.each([
    ['traceparent alone', w3c(ONE), ONE, '1111111111111111'],
    ["X-Ray's alone", xray(ONE), ONE, '2222222222222222'],
    ['both of one trace: the nearer hop', { ...w3c(ONE), ...xray(ONE) }, ONE, '2222222222222222'],
    ['both of different traces: the caller', { ...w3c(ONE), ...xray(OTHER) }, ONE, '1111111111111111'],
    ["a load balancer's, which has no parent", { ...w3c(ONE), ...xray(OTHER, '') }, ONE, '1111111111111111'],
  ])('%s', (_what, headers, traceId, spanId) => {
    expect(extract(headers)).toMatchObject({ traceId, spanId, traceFlags: 1 });
  });

  it('none', () => {
    expect(extract({})).toBeUndefined();
  });

  it('are both sent', () => {
    const context = trace.setSpanContext(ROOT_CONTEXT, { traceId: ONE, spanId: '3333333333333333', traceFlags: 1 });
    const headers: Record<string, string> = {};
    twoHeaderPropagator.inject(context, headers, defaultTextMapSetter);
    expect(headers).toEqual({
      traceparent: `00-${ONE}-3333333333333333-01`,
      'x-amzn-trace-id': `Root=1-68e1a2b3-${ONE.slice(8)};Parent=3333333333333333;Sampled=1`,
    });
  });
});

describe('new trace ids', () => {
  it('begin with the time, as X-Ray asks', () => {
    const traceId = xrayIds.generateTraceId();
    expect(traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(Math.abs(Number.parseInt(traceId.slice(0, 8), 16) - Date.now() / 1000)).toBeLessThan(5);
    expect(xrayIds.generateSpanId()).toMatch(/^[0-9a-f]{16}$/);
  });
});
