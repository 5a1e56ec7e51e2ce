import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '@torii/testing';

const CHILD = fileURLToPath(new URL('run-service-child.ts', import.meta.url));
let child: ChildProcess;
let output: string;
afterEach(() => void child.kill('SIGKILL'));

function start(behaviour: string): Promise<unknown[]> {
  output = '';
  child = spawn(process.execPath, [CHILD, behaviour], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NODE_OPTIONS: '' } });
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  // After the exit, when the pipes are empty.
  return once(child, 'close');
}
const port = () => waitFor(() => /"port":(\d+)/.exec(output)?.[1], { what: `the start of the process: ${output}` });
const request = async (path: string) => fetch(`http://127.0.0.1:${await port()}${path}`, { headers: { connection: 'keep-alive' } });

describe('a service told to stop', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('answers what is under way on %s, and exits with 0', async (signal) => {
    const exited = start('well');
    const answer = request('/slow');
    await waitFor(() => output.includes('slow request has begun'));
    child.kill(signal);
    expect((await answer).status).toBe(200);
    expect(await exited).toEqual([0, null]);
    expect(output).toContain('"msg":"stopped"');
  });

  it('exits with 1 when that takes too long', async () => {
    const exited = start('stuck');
    void request('/slow').catch(() => undefined);
    await waitFor(() => output.includes('slow request has begun'));
    child.kill('SIGTERM');
    expect(await exited).toEqual([1, null]);
    expect(output).toContain('stopping took too long');
  });
});

describe('a service that fails', () => {
  it('says why it cannot start, and exits with 1', async () => {
    expect(await start('broken')).toEqual([1, null]);
    expect(output).toContain('its environment is incomplete');
  });

  it('exits with 1 after a rejection that nobody caught, its log masked', async () => {
    expect(await start('rejecting')).toEqual([1, null]);
    expect(output).toContain('nobody caught [masked e-mail]');
  });
});

describe('the log of a process that ends', () => {
  const talked = () => [...output.matchAll(/"line":(\d+),"msg":"talking"/g)].map(([, line]) => Number(line));
  const all = Array.from({ length: 2_000 }, (_, line) => line);

  it('has every line, in order, after SIGTERM', async () => {
    const exited = start('talking');
    const answer = request('/slow');
    await waitFor(() => output.includes('slow request has begun'));
    child.kill('SIGTERM');
    await answer;
    expect(await exited).toEqual([0, null]);
    expect(talked()).toEqual(all);
    expect(output.trimEnd().split('\n').at(-1)).toContain('"msg":"stopped"');
  });

  it.each([
    ['an error that nobody caught', 'throwing', 1],
    ['an exit in the middle of its work', 'exiting', 7],
  ])('has every line of the very turn that ended with %s', async (_what, behaviour, code) => {
    expect(await start(behaviour)).toEqual([code, null]);
    expect(talked()).toEqual(all);
    if (code === 1) expect(output.trimEnd().split('\n').at(-1)).toContain('nobody caught this');
  });
});
