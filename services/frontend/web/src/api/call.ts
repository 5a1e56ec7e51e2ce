import type { Problem } from '@torii/contracts';
import { ProblemError } from './problem-error.ts';

interface CallOptions {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface Answer<T> {
  readonly body: T;
  /** The version to send back as `If-Match`. */
  readonly etag: string | null;
}

/** A server that has not answered by then is not going to: API Gateway itself gives up after 29 s. */
const DEADLINE_MS = 35_000;

/**
 * Calls the frontend's own server, which holds the tokens.
 * @throws ProblemError for every refusal, and with code NETWORK when there is no answer at all.
 */
export async function call<T>(path: string, options: CallOptions = {}): Promise<Answer<T>> {
  const response = await send(path, options);
  if (!response.ok) throw new ProblemError(await parseProblem(response));
  return { body: await parseBody<T>(response), etag: response.headers.get('etag') };
}

/** Query string without the parameters that are undefined or empty. */
export function toQuery(parameters: Readonly<Record<string, string | undefined>>): string {
  const present = Object.entries(parameters).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return present.length === 0 ? '' : `?${new URLSearchParams(present)}`;
}

async function send(path: string, { method = 'GET', body, headers, signal }: CallOptions): Promise<Response> {
  const deadline = AbortSignal.timeout(DEADLINE_MS);
  try {
    return await fetch(`/bff${path}`, {
      method,
      // The custom header can't be sent from another site: it proves that the request is ours.
      headers: {
        accept: 'application/json',
        'x-torii-request': '1',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
    });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new ProblemError({ type: 'about:blank', title: 'No answer from the server', status: 0, code: 'NETWORK' });
  }
}

async function parseBody<T>(response: Response): Promise<T> {
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

async function parseProblem(response: Response): Promise<Problem> {
  const unknownProblem = { type: 'about:blank', title: response.statusText, status: response.status, code: 'UNKNOWN' };
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  if (!isJson) return unknownProblem;
  try {
    return { ...unknownProblem, ...((await response.json()) as Partial<Problem>) };
  } catch {
    return unknownProblem;
  }
}
