import { Agent, request } from 'undici';

export interface Answer {
  readonly status: number;
  readonly etag: string | undefined;
  /** Parsed JSON, or undefined. */
  readonly body: unknown;
}

/** The request never reached anybody. */
export const NOBODY_THERE = -1;

/** A caller of the API who gives up waiting. Undefined: nobody knows what became of the request. */
export interface ApiClient {
  send(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, init?: ClientRequest): Promise<Answer | undefined>;
  close(): Promise<void>;
}

export interface ClientRequest {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** @param timeoutMs how long it waits for an answer */
export function createApiClient(origin: () => string, token: string, timeoutMs: () => number): ApiClient {
  const agent = new Agent({ connections: 32, keepAliveTimeout: 4_000 });
  return {
    send: async (method, path, init = {}) => {
      try {
        const answer = await request(`${origin()}${path}`, {
          method,
          dispatcher: agent,
          headersTimeout: timeoutMs(),
          bodyTimeout: timeoutMs(),
          headers: {
            authorization: `Bearer ${token}`,
            ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
            ...init.headers,
          },
          ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
        });
        const text = await answer.body.text();
        const etag = answer.headers['etag'];
        return { status: answer.statusCode, etag: typeof etag === 'string' ? etag : undefined, body: parseJson(text) };
      } catch (error) {
        const isRefused = error instanceof Error && Reflect.get(error, 'code') === 'ECONNREFUSED';
        return isRefused ? { status: NOBODY_THERE, etag: undefined, body: undefined } : undefined;
      }
    },
    close: () => agent.destroy(),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
