import { createServer } from 'node:http';
import { serveParent } from '../processes/serve-parent.ts';
import { listen } from './listen.ts';

// Takes traces and drops them, as fast as it can: what they cost their senders is measured, not what comes after.

const server = createServer((request, response) => {
  request.resume();
  request.once('end', () => {
    response.setHeader('content-type', 'application/json');
    response.end('{}');
  });
});
const origin = await listen(server);
serveParent({ origin });
