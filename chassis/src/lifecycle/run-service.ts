import { createLogger } from '../logging/create-logger.ts';
import type { Service } from './compose-service.ts';

/** ECS sends SIGKILL 30 s after SIGTERM. */
const DEFAULT_SHUTDOWN_TIMEOUT_MS = 25_000;

/**
 * Runs a service as this process: starts it, stops it gracefully on SIGTERM or SIGINT. Exit code 0 after a graceful stop; 1
 * when it cannot start, when stopping takes too long, or after an error that nobody caught, which leaves unknown state.
 */
export async function runService(create: () => Promise<Service>): Promise<void> {
  const fallback = createLogger({ serviceName: 'process' });
  let service: Service | undefined;
  const log = () => service?.logger ?? fallback;

  const fail = (message: string) => (error: unknown) => {
    log().fatal({ err: error }, message);
    process.exit(1);
  };
  process.once('uncaughtException', fail('uncaught error'));
  process.once('unhandledRejection', fail('unhandled rejection'));

  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) return;
    stopping = true;
    log().info({ signal }, 'stopping');
    const timeoutMs = service?.shutdownTimeoutMs ?? DEFAULT_SHUTDOWN_TIMEOUT_MS;
    setTimeout(() => fail('stopping took too long')(new Error(`The service could not stop within ${timeoutMs} ms.`)), timeoutMs).unref();
    // A service that is not up yet has nothing under way.
    void (service?.stop() ?? Promise.resolve()).then(() => {
      log().info('stopped');
      process.exit(0);
    }, fail('stopping failed'));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);

  try {
    service = await create();
    const { port } = await service.start();
    log().info({ port }, 'started');
  } catch (error) {
    fail(error instanceof Error ? error.message : 'the service cannot start')(error);
  }
}
