import { z } from 'zod';

// The child's side of processes/bench-process.ts. A child whose parent is gone ends: nothing outlives a run.

export const request = z.union([z.enum(['cpu', 'stop']), z.object({ task: z.string(), input: z.unknown() })]);
export type Request = z.infer<typeof request>;

/** What a program can be asked to do, by name; each parses its own input. */
export type Tasks = Readonly<Record<string, (input: unknown) => Promise<object>>>;

/** Tells the parent that this process is ready, and where; then answers it until told to stop, at once: its data go with the run. */
export function serveParent(ready: object, tasks: Tasks = {}): void {
  process.on('disconnect', () => process.exit(1));
  process.on('message', (message) => {
    const asked = request.parse(message);
    if (asked === 'stop') process.exit(0);
    else if (asked === 'cpu') process.send?.({ cpuMs: cpuMs() });
    else void runTask(tasks, asked);
  });
  process.send?.({ ready });
}

/** A task that fails says why to its parent, which ends the comparison. */
async function runTask(tasks: Tasks, { task, input }: Exclude<Request, string>): Promise<void> {
  try {
    const run = tasks[task];
    if (run === undefined) throw new Error(`Task ${task} cannot be run: this program has none of that name.`);
    process.send?.({ outcome: await run(input) });
  } catch (error) {
    process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

/** User and system time of all threads. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
