// Keeps a database running: one that dies by itself is started again, as RDS and ElastiCache would.
import { setTimeout as delay } from 'node:timers/promises';
import type { LocalContext } from '../provider.ts';
import type { NativeServer } from './native-server.ts';

/** Between attempts when it does not come back at once. */
const RETRY_DELAY_MS = 1_000;
const MAX_ATTEMPTS = 5;

export interface LastingServer {
  stop(): Promise<void>;
}

export async function keepRunning(title: string, start: () => Promise<NativeServer>, log: LocalContext['log']): Promise<LastingServer> {
  let server = await start();
  let isStopping = false;
  let revival: Promise<void> = Promise.resolve();

  const watch = (): void => {
    void server.exited.then(() => {
      if (!isStopping) revival = revive();
    });
  };
  const revive = async (): Promise<void> => {
    log('warn', `${title} has died; starting it again`);
    for (let attempt = 1; !isStopping && attempt <= MAX_ATTEMPTS; attempt += 1) {
      try {
        server = await start();
        log('info', `${title} is back`);
        return watch();
      } catch (error) {
        log('error', `${title} does not come back: ${error instanceof Error ? error.message : String(error)}`);
        await delay(RETRY_DELAY_MS);
      }
    }
  };
  watch();
  return {
    stop: async () => {
      isStopping = true;
      await revival;
      await server.stop();
    },
  };
}
