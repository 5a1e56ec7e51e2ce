import { z } from 'zod';

// The child's side of processes/bench-process.ts. A child whose parent is gone ends: nothing outlives a run.

export const request = z.enum(['cpu', 'stop']);
export type Request = z.infer<typeof request>;

/** Tells the parent that this process is ready, and where; then answers it until told to stop, at once: its data go with the run. */
export function serveParent(ready: object): void {
  process.on('disconnect', () => process.exit(1));
  process.on('message', (message) => {
    if (request.parse(message) === 'cpu') process.send?.({ cpuMs: cpuMs() });
    else process.exit(0);
  });
  process.send?.({ ready });
}

/** User and system time of all threads. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
