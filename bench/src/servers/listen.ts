import type { Server } from 'node:http';

/** Listens on a free port of the loopback interface. @returns the server's origin */
export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server cannot be reached: it has no port.');
  return `http://127.0.0.1:${address.port}`;
}
