import { createServer } from 'node:net';

/** Below the ports that systems give to outgoing connections, one of which could take a port between two starts of its server. */
const [LOWEST, HIGHEST] = [20_000, 30_000];
const TRIES = 100;

/**
 * A port nobody listens on now, for a server that is to be found there each time it is started again.
 * @throws Error when none is free
 */
export async function findFreePort(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (await isFree(port)) return port;
  }
  throw new Error(`No port can be found between ${LOWEST} and ${HIGHEST}: ${TRIES} of them were taken.`);
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
