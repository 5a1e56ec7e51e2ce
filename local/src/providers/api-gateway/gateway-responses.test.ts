import { describe, expect, it } from '@jest/globals';
import { maskAddresses } from './access-log.ts';
import { fillVariables, type CallContext } from './call-context.ts';
import { GatewayFault, parseGatewayResponse, renderFault } from './gateway-responses.ts';

function createCall(headers: Record<string, string> = {}): CallContext {
  const fault = new GatewayFault('UNAUTHORIZED', 'Not "you"');
  return {
    request: {
      method: 'GET',
      path: '/catalog?secret=1',
      headers,
      body: undefined,
      clientAddress: '127.0.0.1',
      signal: new AbortController().signal,
    },
    requestId: 'request-1',
    extendedRequestId: 'extended-1',
    apiId: 'api1',
    accountId: '222222222222',
    stage: 'v1',
    startedAtMs: 1000,
    trace: { traceId: '65a0b1c2d3e4f5061728394a5b6c7d8e', parentSpanId: undefined, sampled: true },
    progress: {
      resourcePath: '/catalog',
      claims: { sub: 'user-1' },
      error: { message: fault.message, responseType: fault.type },
      status: 401,
      endedAtMs: 1012.4,
    },
  };
}

const problem = parseGatewayResponse({
  ResponseType: 'UNAUTHORIZED',
  StatusCode: '401',
  ResponseParameters: {
    'gatewayresponse.header.Content-Type': "'application/problem+json'",
    'gatewayresponse.header.X-Id': 'context.requestId',
  },
  ResponseTemplates: {
    'application/json': '{"code":"TOKEN_INVALID","correlationId":"$context.requestId","detail":$context.error.messageString}',
  },
});

describe('gateway responses', () => {
  it('fill the template and its headers', () => {
    const { status, headers, body } = renderFault([problem], new GatewayFault('UNAUTHORIZED'), createCall());
    expect(status).toBe(401);
    expect(headers).toMatchObject({
      'content-type': 'application/problem+json',
      'x-id': 'request-1',
      'x-amzn-errortype': 'UnauthorizedException',
    });
    expect(JSON.parse(body)).toEqual({ code: 'TOKEN_INVALID', correlationId: 'request-1', detail: 'Not "you"' });
  });

  it('fall back to the default of their class, with its status if it has one', () => {
    const fallback = parseGatewayResponse({
      ResponseType: 'DEFAULT_4XX',
      StatusCode: '400',
      ResponseTemplates: { 'application/json': '{"fallback":true}' },
    });
    expect(renderFault([fallback], new GatewayFault('THROTTLED'), createCall())).toMatchObject({ status: 400, body: '{"fallback":true}' });
  });

  it('say what AWS says without any template', () => {
    expect(renderFault([], new GatewayFault('MISSING_AUTHENTICATION_TOKEN'), createCall())).toMatchObject({
      status: 403,
      headers: { 'content-type': 'application/json' },
      body: '{"message":"Not \\"you\\""}',
    });
  });

  it('prefer the template the client accepts', () => {
    const both = parseGatewayResponse({
      ResponseType: 'UNAUTHORIZED',
      ResponseTemplates: { 'application/json': '{}', 'text/html': '<p>$context.stage.</p>' },
    });
    expect(renderFault([both], new GatewayFault('UNAUTHORIZED'), createCall({ accept: 'text/html' })).body).toBe('<p>v1.</p>');
  });
});

describe('access log line', () => {
  it('takes variables of the call, and a dash for none', () => {
    const format =
      '$context.resourcePath $context.status $context.responseLatency $context.authorizer.claims.sub $context.integrationLatency $context.path';
    expect(fillVariables(format, createCall(), '-')).toBe('/catalog 401 12 user-1 - /catalog');
  });

  it('has no addresses', () => {
    expect(maskAddresses('from 10.1.2.3 by ada.l@example.com at 1700000000123')).toBe(
      'from ******** by ***************** at 1700000000123',
    );
  });
});
