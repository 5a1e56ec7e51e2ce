// The copies of a service's task. A replacement serves before what it replaces is stopped, and one that does not get that far
// changes nothing: what ECS does at a deployment.
import type { SupervisedTask } from './supervised-task.ts';

export interface RollingCopies {
  /** Those that serve, one for each preferred port. */
  readonly current: readonly SupervisedTask[];
  /** Resolves when every copy is healthy. @throws Error with the last words of the first that failed */
  start(): Promise<void>;
  /** One by one; resolves when all replacements serve. @throws Error with the last words of a replacement that failed */
  replace(): Promise<void>;
  stop(): Promise<void>;
}

/** The first start is tried again in case somebody took the port. */
const FIRST_START_ATTEMPTS = 2;

export function createRollingCopies(
  preferredPorts: readonly number[],
  createCopy: (preferredPort: number, startAttempts: number) => SupervisedTask,
): RollingCopies {
  const current = preferredPorts.map((port) => createCopy(port, FIRST_START_ATTEMPTS));
  const arriving = new Set<SupervisedTask>();
  let leaving: Promise<void> | undefined;
  const replaceOne = async (index: number, port: number): Promise<void> => {
    await leaving;
    const next = createCopy(port, 1);
    arriving.add(next);
    await next.start().finally(() => arriving.delete(next));
    const previous = current[index];
    current[index] = next;
    leaving = previous?.stop();
  };
  return {
    current,
    start: async () => void (await Promise.all(current.map((copy) => copy.start()))),
    replace: async () => {
      for (const [index, port] of preferredPorts.entries()) await replaceOne(index, port);
    },
    stop: async () => {
      await Promise.all([...current, ...arriving].map((copy) => copy.stop()));
      await leaving;
    },
  };
}
