// S3 as far as a download can tell: it answers with a file, and remembers what it was asked with.
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StandInFiles {
  /** By another host name than the pages have: cookies go by the name of the host, not by its port. */
  readonly url: string;
  readonly received: { readonly url: string; readonly headers: IncomingHttpHeaders }[];
  stop(): Promise<void>;
}

export async function startStandInFiles(): Promise<StandInFiles> {
  const received: StandInFiles['received'] = [];
  const server = createServer((request, response) => {
    received.push({ url: request.url ?? '', headers: request.headers });
    response.writeHead(200, { 'content-type': 'text/csv', 'content-disposition': 'attachment; filename="catalog.csv"' });
    response.end('sku,name\ntower,東京タワー\n');
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://localhost:${port}`, received, stop };
}
