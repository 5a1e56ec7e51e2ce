import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

// Longer than the load balancer's idle timeout of 60 s, so that it is always the balancer that closes an idle connection:
// the other way round a request can meet a closing socket and become a 502.
const KEEP_ALIVE_TIMEOUT_MS = 65_000;
const HEADERS_TIMEOUT_MS = 66_000;
const SWEEP_MS = 100;
/** A whole request, body included; the load balancer gives up after 60 s. */
const REQUEST_TIMEOUT_MS = 60_000;

/** Open connections of each server. */
const connections = new WeakMap<Server, Set<Socket>>();

export async function listen(server: Server, port: number, host: string | undefined): Promise<{ readonly port: number }> {
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  trackConnections(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return { port: (server.address() as AddressInfo).port };
}

function trackConnections(server: Server): void {
  const open = new Set<Socket>();
  connections.set(server, open);
  server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
}

/** Clients open connections ahead of need; Node counts those that never carried a request as busy, not as idle. */
function closeUnusedConnections(server: Server): void {
  for (const socket of connections.get(server) ?? []) if (socket.bytesRead === 0) socket.destroy();
}

/** Resolves when every request under way has been answered. */
export async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  // Connections that become idle while the rest drains; answers given meanwhile say `connection: close`.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    closeUnusedConnections(server);
  }).finally(() => clearInterval(sweep));
}
