// A process for run-service.test.ts: what it is told decides how it behaves.
import { setTimeout as delay } from 'node:timers/promises';
import { composeService, createHttpServer, createLogger, defineRoute, runService } from '../src/index.ts';

const [behaviour] = process.argv.slice(2);
const LINES = 2_000;
const logger = createLogger({ serviceName: 'child' });
const slow = defineRoute({
  method: 'GET',
  path: '/slow',
  auth: 'none',
  handle: async () => {
    logger.info('slow request has begun');
    if (behaviour === 'talking') logLines();
    await delay(behaviour === 'stuck' ? 60_000 : 300);
    return { status: 200, body: { done: true } };
  },
});

/** More than a pipe holds, all in one turn of the event loop. */
function logLines(): void {
  for (let line = 0; line < LINES; line += 1) logger.info({ line }, 'talking');
}

function talkAndThrow(): void {
  logLines();
  throw new Error('nobody caught this');
}

function talkAndExit(): void {
  logLines();
  process.exit(7);
}

await runService(async () => {
  if (behaviour === 'broken') throw new Error('The service cannot start: its environment is incomplete.');
  const http = createHttpServer({ logger, port: 0, host: '127.0.0.1', routes: [slow] });
  if (behaviour === 'rejecting') setTimeout(() => void Promise.reject(new Error('nobody caught ada@example.com')), 10);
  if (behaviour === 'throwing') setTimeout(talkAndThrow, 10);
  if (behaviour === 'exiting') setTimeout(talkAndExit, 10);
  return composeService({ logger, http, shutdownTimeoutMs: 500 });
});
