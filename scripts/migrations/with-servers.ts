// The servers of the component tests, for a command.
import { startTestServers } from '../../testing/src/servers.ts';

/** Starts them, and stops them when `run` has ended, however it did. */
export async function withServers<T>(run: () => Promise<T>): Promise<T> {
  const servers = await startTestServers();
  Object.assign(process.env, servers.env);
  try {
    return await run();
  } finally {
    await servers.stop();
  }
}
