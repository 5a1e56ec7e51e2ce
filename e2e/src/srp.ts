// The client's half of SRP by a public library. It computes with numbers of 3072 bits in plain JavaScript, which takes a hundred times longer in
// the context that Jest runs tests in: so it is done in a thread of its own, outside that.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { createSrpSession, signSrpSession } from 'cognito-srp-helper';

export function createSession(...args: Parameters<typeof createSrpSession>): Promise<ReturnType<typeof createSrpSession>> {
  return compute('create', args);
}

export function signSession(...args: Parameters<typeof signSrpSession>): Promise<ReturnType<typeof signSrpSession>> {
  return compute('sign', args);
}

async function compute<Result>(name: 'create' | 'sign', args: readonly unknown[]): Promise<Result> {
  const worker = new Worker(new URL('srp-worker.ts', import.meta.url), { workerData: { name, args } });
  const [result] = await once(worker, 'message');
  return result as Result;
}
