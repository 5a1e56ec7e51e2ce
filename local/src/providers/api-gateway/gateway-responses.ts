import { firstHeader } from '../../edge/exchange.ts';
import type { Properties } from '../../provider.ts';
import { numberOf, requiredText, textMapOf } from '../../read-value.ts';
import { fillVariables, readVariable, type CallContext } from './call-context.ts';

/** Refusals that are API Gateway's own, with the status and words that AWS gives them. */
export const DEFAULT_FAULTS = {
  ACCESS_DENIED: { status: 403, message: 'User is not authorized to access this resource' },
  API_CONFIGURATION_ERROR: { status: 500, message: 'Internal server error' },
  EXPIRED_TOKEN: { status: 403, message: 'The security token included in the request is expired' },
  INTEGRATION_FAILURE: { status: 504, message: 'Network error communicating with endpoint' },
  INTEGRATION_TIMEOUT: { status: 504, message: 'Endpoint request timed out' },
  MISSING_AUTHENTICATION_TOKEN: { status: 403, message: 'Missing Authentication Token' },
  REQUEST_TOO_LARGE: { status: 413, message: 'HTTP content length exceeded 10485760 bytes.' },
  THROTTLED: { status: 429, message: 'Too Many Requests' },
  UNAUTHORIZED: { status: 401, message: 'Unauthorized' },
} as const;
export type FaultType = keyof typeof DEFAULT_FAULTS;

/** Ends a call with a gateway response. */
export class GatewayFault extends Error {
  readonly type: FaultType;
  constructor(type: FaultType, message: string = DEFAULT_FAULTS[type].message) {
    super(message);
    this.type = type;
  }
}

/** `AWS::ApiGateway::GatewayResponse` as the template has it. */
export interface GatewayResponse {
  readonly type: string;
  readonly status: number | undefined;
  /** By content type. */
  readonly templates: Readonly<Record<string, string>>;
  /** By lower-case name; values are mappings such as `'text'` or `context.requestId`. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface RenderedResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function parseGatewayResponse(properties: Properties): GatewayResponse {
  const parameters = Object.entries(textMapOf(properties['ResponseParameters']));
  return {
    type: requiredText(properties, 'ResponseType'),
    status: numberOf(properties['StatusCode']),
    templates: textMapOf(properties['ResponseTemplates']),
    headers: Object.fromEntries(parameters.map(([name, value]) => [name.replace(/^gatewayresponse\.header\./i, '').toLowerCase(), value])),
  };
}

const DEFAULT_TEMPLATES: Readonly<Record<string, string>> = { 'application/json': '{"message":$context.error.messageString}' };

/** The response of the fault's own type, else of all 4xx or 5xx, else AWS's own. */
export function renderFault(responses: readonly GatewayResponse[], fault: GatewayFault, call: CallContext): RenderedResponse {
  const { status: ownStatus } = DEFAULT_FAULTS[fault.type];
  const own = responses.find((candidate) => candidate.type === fault.type);
  const response = own ?? responses.find((candidate) => candidate.type === (ownStatus < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX'));
  const templates = response === undefined || Object.keys(response.templates).length === 0 ? DEFAULT_TEMPLATES : response.templates;
  const [contentType, template] = chooseTemplate(templates, firstHeader(call.request.headers, 'accept'));
  const mapped = Object.entries(response?.headers ?? {}).flatMap(([name, mapping]) => {
    const value = resolveMapping(mapping, call);
    return value === undefined ? [] : [[name, value]];
  });
  return {
    // A default with a status changes that of every fault it answers, as AWS documents it.
    status: response?.status ?? ownStatus,
    headers: { 'content-type': contentType, 'x-amzn-errortype': errorTypeOf(fault.type), ...Object.fromEntries(mapped) },
    body: fillVariables(template, call, ''),
  };
}

function chooseTemplate(templates: Readonly<Record<string, string>>, accept: string | undefined): readonly [string, string] {
  const entries = Object.entries(templates);
  const accepted = entries.find(([contentType]) => accept?.includes(contentType) === true);
  return accepted ?? entries.find(([contentType]) => contentType === 'application/json') ?? entries[0] ?? ['application/json', ''];
}

/** `'text'`, `context.<name>` or `method.request.{header,path,querystring}.<name>`. */
export function resolveMapping(mapping: string, call: CallContext): string | undefined {
  const [, fixed] = /^'(.*)'$/s.exec(mapping) ?? [];
  if (fixed !== undefined) return fixed;
  if (mapping.startsWith('context.')) return readVariable(call, mapping.slice('context.'.length));
  const [, place, name = ''] = /^method\.request\.(header|path|querystring)\.(.+)$/.exec(mapping) ?? [];
  if (place === 'header') return firstHeader(call.request.headers, name.toLowerCase());
  if (place === 'path') return call.progress.pathParameters?.[name];
  if (place === 'querystring') return new URLSearchParams(call.request.path.split('?')[1] ?? '').get(name) ?? undefined;
  return undefined;
}

/** `MISSING_AUTHENTICATION_TOKEN` → `MissingAuthenticationTokenException`. */
function errorTypeOf(type: FaultType): string {
  const words = type.toLowerCase().split('_');
  return `${words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')}Exception`;
}
