import { z } from 'zod';

// The child's side of processes/bench-process.ts. A child whose parent is gone ends: nothing outlives a run.

export const request = z.enum(['cpu', 'stop']);
export type Request = z.infer<typeof request>;

/** Tells the parent that this process is ready, and where; then answers it until told to stop. */
export function serveParent(ready: object, stop: () => Promise<unknown>): void {
  process.on('disconnect', () => process.exit(1));
  process.on('message', (message) => {
    if (request.parse(message) === 'cpu') process.send?.({ cpuMs: cpuMs() });
    else void stop().finally(() => process.exit(0));
  });
  process.send?.({ ready });
}

/** User and system time of all threads. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
