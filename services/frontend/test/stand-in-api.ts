// The API as the pages see it: one page of items, and jobs that tests put into any state.
import type { ServerResponse } from 'node:http';
import type { Answer, Received } from './start-test-frontend.ts';

/** A job as the API answers it, and as a newer API might. */
export interface StandInJob {
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly progress: { readonly done: number; readonly total: number | null; readonly unit: string };
  readonly result: Readonly<Record<string, unknown>> | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface StandInApi {
  readonly answer: Answer;
  /** Requests for jobs, oldest first. */
  readonly requested: Received[];
  /** Makes a job, or changes the one with that id. */
  put(job: Partial<StandInJob>): StandInJob;
  clear(): void;
}

const ITEM = {
  sku: 'tower',
  name: '東京タワーの歴史と建築',
  description: null,
  category: '建築',
  price: { amountMinor: 1200, currency: 'JPY' },
  status: 'listed',
  attributes: {},
  ownerId: '00000000-0000-4000-8000-000000000000',
  version: 1,
  createdAt: '2026-11-22T10:00:00.000Z',
  updatedAt: '2026-11-22T10:00:00.000Z',
};
const ITEMS_COUNT = 9;

export function createStandInApi(): StandInApi {
  const jobs = new Map<string, StandInJob>();
  const requested: Received[] = [];
  let made = 0;
  const put = (fields: Partial<StandInJob>): StandInJob => {
    const id = fields.id ?? newId((made += 1));
    const job = { ...(jobs.get(id) ?? newJob(id)), ...fields };
    jobs.set(id, job);
    return job;
  };
  const answer: Answer = (received, response) => {
    const { pathname } = new URL(received.url, 'http://api.invalid');
    if (!pathname.startsWith('/v1/jobs')) return send(response, 200, answerRead(pathname));
    requested.push(received);
    const [, id = '', , action] = /^\/v1\/jobs\/([^/]+)(\/(cancel|retry))?$/.exec(pathname) ?? [];
    if (action !== undefined) return send(response, 202, put({ id, status: action === 'cancel' ? 'cancelled' : 'queued', error: null }));
    if (received.method === 'POST') return send(response, 202, put({ type: parseRequest(received.body).type }));
    if (id === '') return send(response, 200, { jobs: [...jobs.values()].toReversed(), nextCursor: null });
    const job = jobs.get(id);
    send(response, job === undefined ? 404 : 200, job ?? { status: 404, code: 'JOB_NOT_FOUND', title: 'Not found' });
  };
  const clear = () => {
    jobs.clear();
    requested.length = 0;
  };
  return { answer, requested, put, clear };
}

function answerRead(pathname: string): unknown {
  if (pathname === '/v1/catalog/categories') return { categories: [{ name: '建築', count: ITEMS_COUNT }] };
  if (pathname === '/v1/catalog/items')
    return { items: Array.from({ length: ITEMS_COUNT }, (_, index) => ({ ...ITEM, id: newId(index) })), nextCursor: null };
  // A profile without a language: the browser's own counts.
  return { id: ITEM.ownerId, email: 'ann@example.com', displayName: 'Ann', locale: 'und', createdAt: ITEM.createdAt };
}

function newJob(id: string): StandInJob {
  const now = new Date().toISOString();
  const progress = { done: 0, total: null, unit: 'rows' };
  return { id, type: 'catalog-export', status: 'queued', progress, result: null, error: null, createdAt: now, updatedAt: now };
}

function newId(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

function parseRequest(body: string): { readonly type: string } {
  return JSON.parse(body) as { readonly type: string };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
