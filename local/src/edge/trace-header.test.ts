import { describe, expect, it } from '@jest/globals';
import { loadBalancerTraceHeader, readTracePosition, traceHeaders } from './trace-header.ts';

const TRACE = '65a0b1c2d3e4f5061728394a5b6c7d8e';
const SPAN = '0123456789abcdef';
const NOW = 0x65a0b1c2 * 1000;

describe('trace position', () => {
  it('continues traceparent before X-Ray’s header', () => {
    const headers = { traceparent: `00-${TRACE}-${SPAN}-01`, 'x-amzn-trace-id': 'Root=1-11111111-222222222222222222222222' };
    expect(readTracePosition(headers, NOW)).toEqual({ traceId: TRACE, parentSpanId: SPAN, sampled: true });
  });

  it('continues X-Ray’s header and its decision not to sample', () => {
    const header = `Root=1-${TRACE.slice(0, 8)}-${TRACE.slice(8)};Parent=${SPAN};Sampled=0`;
    expect(readTracePosition({ 'x-amzn-trace-id': header }, NOW)).toEqual({ traceId: TRACE, parentSpanId: SPAN, sampled: false });
  });

  it.each(['nonsense', `00-${'0'.repeat(32)}-${SPAN}-01`, `00-${TRACE}-${'0'.repeat(16)}-01`])('begins anew after %s', (traceparent) => {
    const position = readTracePosition({ traceparent }, NOW);
    expect(position.parentSpanId).toBeUndefined();
    expect(position.traceId).toMatch(/^65a0b1c2[0-9a-f]{24}$/);
  });

  it('goes on in both forms', () => {
    expect(traceHeaders({ traceId: TRACE, parentSpanId: undefined, sampled: true }, SPAN)).toEqual({
      traceparent: `00-${TRACE}-${SPAN}-01`,
      'x-amzn-trace-id': `Root=1-${TRACE.slice(0, 8)}-${TRACE.slice(8)};Parent=${SPAN};Sampled=1`,
    });
  });

  it('gets a root or a mark from the load balancer', () => {
    expect(loadBalancerTraceHeader(undefined, NOW)).toMatch(/^Root=1-65a0b1c2-[0-9a-f]{24}$/);
    expect(loadBalancerTraceHeader('Root=1-a-b;Parent=c', NOW)).toMatch(/^Self=1-65a0b1c2-[0-9a-f]{24};Root=1-a-b;Parent=c$/);
  });
});
