import { setTimeout as delay } from 'node:timers/promises';
import { explainEnd, type LogGroup } from '../../processes/log-group.ts';
import { startTiedProcess, type TiedProcessOptions } from '../../processes/tied-process.ts';

export interface RunOnceOptions {
  readonly name: string;
  readonly process: TiedProcessOptions;
  readonly logGroup: LogGroup;
  readonly timeoutMs: number;
}

/** Runs a task to its end. @throws Error with its last words unless it ends with code 0 */
export async function runOnce({ name, process, logGroup, timeoutMs }: RunOnceOptions): Promise<void> {
  const child = await startTiedProcess(process);
  const tail = logGroup.follow(child, name);
  const finished = new AbortController();
  const late = delay(timeoutMs, 'late' as const, { signal: finished.signal }).catch(() => 'late' as const);
  const outcome = await Promise.race([child.exited, late]);
  finished.abort();
  if (outcome === 'late') {
    await child.stop(0);
    throw new Error(`${name} did not end within ${timeoutMs / 1000} s`);
  }
  if (outcome.code !== 0) throw new Error(`${name} ended with ${outcome.signal ?? `code ${outcome.code}`}\n${explainEnd(tail.lines())}`);
}
