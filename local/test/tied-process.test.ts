import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { startTiedProcess } from '../src/processes/tied-process.ts';
import { until } from './until.ts';

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('startTiedProcess', () => {
  it('takes the child along when the platform is killed', async () => {
    const parent = spawn(process.execPath, [join(import.meta.dirname, 'fixtures', 'parent.ts')], { stdio: ['ignore', 'pipe', 'inherit'] });
    const pid = Number(String((await once(parent.stdout, 'data'))[0]));
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await until('the child is gone', () => !isAlive(pid));
  });

  it('kills a child that ignores SIGTERM when its grace is over', async () => {
    const script = "process.on('SIGTERM', () => {}); console.log('up'); setInterval(() => {}, 1000)";
    const child = await startTiedProcess({ command: process.execPath, args: ['-e', script], env: process.env });
    await once(child.stdout, 'data');
    child.stdout.resume();
    child.stderr.resume();
    expect(await child.stop(100)).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('fails for a program that does not exist', async () => {
    const child = await startTiedProcess({ command: '/no/such/program', args: [] }).catch(() => undefined);
    child?.stdout.resume();
    child?.stderr.resume();
    expect(await child?.exited).not.toEqual({ code: 0, signal: null });
  });
});
