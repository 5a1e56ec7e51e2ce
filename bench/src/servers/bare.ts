import { createServer } from 'node:http';
import { serveParent } from '../processes/serve-parent.ts';
import { listen } from './listen.ts';

// The least a Node.js server can do: the answer to every request is there already.

const body = process.env['BENCH_BODY'] ?? '{}';
const headers = { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(body) };

const server = createServer((_request, response) => {
  response.writeHead(200, headers);
  response.end(body);
});
const origin = await listen(server);
serveParent({ origin });
