import { Pool } from 'undici';
import { UpstreamError, withoutHopByHop, type EdgeRequest, type Respond } from './exchange.ts';

export interface Target {
  readonly host: string;
  readonly port: number;
}

/** Streams requests to processes on this machine over kept-alive connections, both ways without buffering. */
export interface Upstreams {
  /** @throws UpstreamError when the target gave no answer, or not all of it. */
  forward(target: Target, request: EdgeRequest, respond: Respond): Promise<void>;
  close(): Promise<void>;
}

/** @param idleTimeoutMs how long a connection may be silent, before the answer and within it */
export function createUpstreams(idleTimeoutMs: () => number): Upstreams {
  const pools = new Map<string, Pool>();
  const poolFor = (origin: string): Pool => {
    const known = pools.get(origin);
    if (known !== undefined) return known;
    const pool = new Pool(origin, { pipelining: 1, connectTimeout: 5000 });
    pools.set(origin, pool);
    return pool;
  };
  return {
    async forward(target, request, respond) {
      const origin = `http://${target.host}:${target.port}`;
      try {
        await stream(poolFor(origin), request, { respond, silenceMs: idleTimeoutMs() });
      } catch (error) {
        const failure = toUpstreamError(error, request, origin);
        // A task that is gone will not come back on that port: forget its connections.
        if (failure instanceof UpstreamError && failure.kind === 'unreachable') drop(pools, origin);
        throw failure;
      }
    },
    async close() {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()));
      pools.clear();
    },
  };
}

async function stream(
  pool: Pool,
  request: EdgeRequest,
  { respond, silenceMs }: { readonly respond: Respond; readonly silenceMs: number },
): Promise<void> {
  await pool.stream(
    {
      method: request.method,
      path: request.path,
      headers: withoutHopByHop(request.headers),
      body: request.body ?? null,
      signal: request.signal,
      headersTimeout: Math.min(silenceMs, request.patienceMs ?? silenceMs),
      bodyTimeout: silenceMs,
    },
    ({ statusCode, headers }) => respond({ status: statusCode, headers: withoutHopByHop(headers) }),
  );
}

const TIMEOUTS = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);
const UNREACHABLE = new Set(['ECONNREFUSED', 'UND_ERR_CONNECT_TIMEOUT', 'EHOSTUNREACH', 'ENOTFOUND']);

/** Errors without a code of the network come from whoever supplies the body, and pass as they are. */
function toUpstreamError(error: unknown, request: EdgeRequest, origin: string): unknown {
  if (request.signal.aborted) return new UpstreamError('client-gone', `The client of ${request.method} ${origin} went away`, error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  if (code === undefined) return error;
  if (UNREACHABLE.has(code)) return new UpstreamError('unreachable', `${origin} cannot be reached: ${code}`, error);
  if (TIMEOUTS.has(code)) return new UpstreamError('timeout', `${origin} did not answer in time`, error);
  return new UpstreamError('broken', `${origin} broke off: ${code}`, error);
}

function drop(pools: Map<string, Pool>, origin: string): void {
  const pool = pools.get(origin);
  pools.delete(origin);
  // Nothing is lost when it cannot be closed: the process behind it is gone.
  pool?.destroy().catch(() => undefined);
}
