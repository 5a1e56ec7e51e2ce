import { problemType } from '@torii/contracts';
import { ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway';

interface GatewayProblem {
  readonly id: string;
  readonly type: ResponseType;
  readonly status: number;
  /** Title and code are those the services give the same failure. */
  readonly title: string;
  readonly code: string;
  /** What to do about it. @default API Gateway's own message */
  readonly detail?: string;
}

const PROBLEMS: readonly GatewayProblem[] = [
  {
    id: 'Unauthorized',
    type: ResponseType.UNAUTHORIZED,
    status: 401,
    title: 'Not authenticated',
    code: 'TOKEN_INVALID',
    detail: 'The access token is missing, has expired or is not of this user pool. Send a current one as Authorization: Bearer <token>.',
  },
  { id: 'ExpiredToken', type: ResponseType.EXPIRED_TOKEN, status: 401, title: 'Not authenticated', code: 'TOKEN_EXPIRED' },
  { id: 'AccessDenied', type: ResponseType.ACCESS_DENIED, status: 403, title: 'Not allowed', code: 'FORBIDDEN' },
  { id: 'Filtered', type: ResponseType.WAF_FILTERED, status: 403, title: 'Not allowed', code: 'FIREWALL_REFUSED' },
  // What API Gateway says of a path or method it has no resource for.
  {
    id: 'NoRoute',
    type: ResponseType.MISSING_AUTHENTICATION_TOKEN,
    status: 404,
    title: 'Not found',
    code: 'ROUTE_NOT_FOUND',
    detail: 'Nothing can be found at this address.',
  },
  { id: 'TooLarge', type: ResponseType.REQUEST_TOO_LARGE, status: 413, title: 'Too large', code: 'BODY_TOO_LARGE' },
  {
    id: 'MediaType',
    type: ResponseType.UNSUPPORTED_MEDIA_TYPE,
    status: 415,
    title: 'Invalid request',
    code: 'CONTENT_TYPE_UNSUPPORTED',
  },
  { id: 'Throttled', type: ResponseType.THROTTLED, status: 429, title: 'Too many requests', code: 'TOO_MANY_REQUESTS' },
  { id: 'Quota', type: ResponseType.QUOTA_EXCEEDED, status: 429, title: 'Too many requests', code: 'TOO_MANY_REQUESTS' },
  { id: 'Timeout', type: ResponseType.INTEGRATION_TIMEOUT, status: 504, title: 'Temporarily unavailable', code: 'DEPENDENCY_UNAVAILABLE' },
  { id: 'Failure', type: ResponseType.INTEGRATION_FAILURE, status: 503, title: 'Temporarily unavailable', code: 'DEPENDENCY_UNAVAILABLE' },
  // Whatever is left, all of it with this status, whatever its own: what has a status worth keeping needs a row above. A response of the
  // service itself is never one of these.
  { id: 'Default4xx', type: ResponseType.DEFAULT_4XX, status: 400, title: 'Invalid request', code: 'REQUEST_INVALID' },
  { id: 'Default5xx', type: ResponseType.DEFAULT_5XX, status: 500, title: 'Internal error', code: 'INTERNAL_ERROR' },
];

/** Makes the gateway's own refusals look like those of the services (RFC 9457). The request id stands in for a correlation id. */
export function addProblemResponses(api: RestApi): void {
  for (const { id, type, status, title, code, detail } of PROBLEMS) {
    const fixed = JSON.stringify({ type: problemType(code), title, status, code, correlationId: '$context.requestId' });
    api.addGatewayResponse(id, {
      type,
      statusCode: String(status),
      responseHeaders: { 'Content-Type': "'application/problem+json'" },
      // messageString comes with its quotes.
      templates: {
        'application/json': `${fixed.slice(0, -1)},"detail":${detail === undefined ? '$context.error.messageString' : JSON.stringify(detail)}}`,
      },
    });
  }
}
