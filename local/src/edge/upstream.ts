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
  const patience = startPatience(request, Math.min(silenceMs, request.patienceMs ?? silenceMs));
  const options = {
    method: request.method,
    path: request.path,
    headers: withoutHopByHop(request.headers),
    body: request.body ?? null,
    signal: patience.signal,
    headersTimeout: 0,
    bodyTimeout: silenceMs,
  };
  try {
    await pool.stream(options, ({ statusCode, headers }) => {
      patience.answered();
      return respond({ status: statusCode, headers: withoutHopByHop(headers) });
    });
  } finally {
    patience.end();
  }
}

interface Patience {
  readonly signal: AbortSignal;
  answered(): void;
  end(): void;
}

/**
 * Ends the wait for an answer some time after the whole request was sent, or at once when the client goes away. undici's own
 * `headersTimeout` is not used: it may pass unnoticed while a body is being written, and is then never looked at again.
 */
function startPatience({ body, signal: client }: EdgeRequest, waitMs: number): Patience {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let isAnswered = false;
  const leave = (): void => controller.abort(new UpstreamError('client-gone', 'The client went away', undefined));
  const beginWaiting = (): void => {
    if (!isAnswered)
      timer = setTimeout(() => controller.abort(new UpstreamError('timeout', `No answer within ${waitMs} ms`, undefined)), waitMs);
  };
  if (client.aborted) leave();
  client.addEventListener('abort', leave);
  if (body === undefined || body.readableEnded) beginWaiting();
  else body.once('end', beginWaiting);
  return {
    signal: controller.signal,
    answered() {
      isAnswered = true;
      clearTimeout(timer);
    },
    end() {
      isAnswered = true;
      clearTimeout(timer);
      client.removeEventListener('abort', leave);
      body?.off('end', beginWaiting);
    },
  };
}

const TIMEOUTS = new Set(['UND_ERR_BODY_TIMEOUT']);
const UNREACHABLE = new Set(['ECONNREFUSED', 'UND_ERR_CONNECT_TIMEOUT', 'EHOSTUNREACH', 'ENOTFOUND']);

/** Errors without a code of the network come from whoever supplies the body, or are ours already, and pass as they are. */
function toUpstreamError(error: unknown, request: EdgeRequest, origin: string): unknown {
  if (error instanceof UpstreamError) return error;
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
