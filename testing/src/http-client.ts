import { type Problem, problem } from '@torii/contracts';

export interface TestResponse {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed when it is JSON, else text; undefined when there is none. */
  readonly body: unknown;
  /** The body as a problem document; throws when it is none. */
  readonly problem: Problem;
}

export interface TestRequest {
  /** Sent as JSON; a string or bytes are sent as they are. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Instead of the client's own; null: none. */
  readonly token?: string | null;
}

export interface TestClient {
  request(method: string, path: string, request?: TestRequest): Promise<TestResponse>;
  get(path: string, request?: TestRequest): Promise<TestResponse>;
  post(path: string, body?: unknown, request?: TestRequest): Promise<TestResponse>;
  patch(path: string, body?: unknown, request?: TestRequest): Promise<TestResponse>;
  delete(path: string, request?: TestRequest): Promise<TestResponse>;
}

/** A deadline rather than a hanging test. */
const TIMEOUT_MS = 10_000;

/** @param token access token sent with every request */
export function createTestClient(baseUrl: string, token?: string): TestClient {
  const request: TestClient['request'] = async (method, path, init = {}) => {
    const bearer = init.token === undefined ? token : (init.token ?? undefined);
    const raw = typeof init.body === 'string' || init.body instanceof Uint8Array;
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        ...init.headers,
      },
      ...(init.body === undefined ? {} : { body: raw ? parseRawBody(init.body) : JSON.stringify(init.body) }),
    });
    const text = await response.text();
    const isJson = /[/+]json/.test(response.headers.get('content-type') ?? '');
    const body: unknown = text === '' ? undefined : isJson ? JSON.parse(text) : text;
    return {
      status: response.status,
      headers: response.headers,
      body,
      get problem() {
        return problem.parse(body);
      },
    };
  };
  return {
    request,
    get: (path, init) => request('GET', path, init),
    post: (path, body, init) => request('POST', path, { ...init, body }),
    patch: (path, body, init) => request('PATCH', path, { ...init, body }),
    delete: (path, init) => request('DELETE', path, init),
  };
}

function parseRawBody(body: unknown): string | Uint8Array<ArrayBuffer> {
  return body as string | Uint8Array<ArrayBuffer>;
}
