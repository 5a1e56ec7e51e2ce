import { type Dispatcher, Pool } from 'undici';

// A closed loop: every connection sends its next request when the answer to the last one is there. One wrong answer ends
// the run: errors are fast, and would look like speed.

export interface LoadRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface LoadOptions {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  readonly connections: number;
  readonly durationMs: number;
  /** Ends the load early. */
  readonly maxRequests: number;
  readonly expectedStatus: number;
  /** @param index counts from 0 through the whole load */
  createRequest(index: number): LoadRequest;
}

export interface LoadResult {
  readonly requests: number;
  readonly perSecond: number;
}

const TIMEOUT_MS = 10_000;

/** @throws Error at the first answer of another status */
export async function applyLoad(options: LoadOptions): Promise<LoadResult> {
  const pool = new Pool(options.origin, {
    connections: options.connections,
    pipelining: 1,
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
  });
  const startedAtMs = performance.now();
  let sent = 0;
  const send = async (): Promise<void> => {
    while (performance.now() - startedAtMs < options.durationMs && sent < options.maxRequests) {
      const request = options.createRequest(sent);
      sent += 1;
      const status = await dispatch(pool, request);
      if (status !== options.expectedStatus)
        throw new Error(`${request.method} ${request.path} cannot be measured: the answer is ${status}, not ${options.expectedStatus}.`);
    }
  };
  try {
    await Promise.all(Array.from({ length: options.connections }, send));
    return { requests: sent, perSecond: sent / ((performance.now() - startedAtMs) / 1000) };
  } finally {
    await pool.destroy();
  }
}

/** Undici's lowest level, which leaves the most of the machine to the server. @returns the status, once the body has come */
function dispatch(pool: Pool, { method, path, headers, body }: LoadRequest): Promise<number> {
  return new Promise((resolve, reject) => {
    let status = 0;
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: () => undefined,
      onResponseStart: (_controller, statusCode) => {
        status = statusCode;
      },
      onResponseData: () => undefined,
      onResponseEnd: () => resolve(status),
      onResponseError: (_controller, error) => reject(error),
    };
    pool.dispatch({ method, path, headers: { ...headers }, body: body ?? null }, handler);
  });
}
