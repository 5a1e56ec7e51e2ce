import type { Cache } from '../cache/connect-cache.ts';
import type { Database } from '../database/connect-database.ts';
import type { HttpServer } from '../http/create-http-server.ts';
import type { Logger } from '../logging/create-logger.ts';
import type { QueueConsumer } from '../messaging/consumer.ts';
import type { Relay } from '../messaging/relay.ts';
import type { Telemetry } from '../telemetry/start-telemetry.ts';

/** A service as a whole: what `main.ts` and component tests start and stop. */
export interface Service {
  /** @returns the port its server listens on */
  start(): Promise<{ readonly port: number }>;
  /** Finishes what is under way, then closes everything. */
  stop(): Promise<void>;
  /** How long `stop` may take when the process is told to end. @default 25000 */
  readonly shutdownTimeoutMs?: number;
  /** Where the life of the process is logged. */
  readonly logger?: Logger;
}

export interface ServiceParts {
  readonly logger: Logger;
  readonly http: HttpServer;
  readonly consumers?: readonly QueueConsumer[];
  readonly relay?: Relay;
  readonly database?: Database;
  readonly cache?: Cache;
  readonly telemetry?: Telemetry;
  readonly shutdownTimeoutMs?: number;
}

/**
 * Starts in the order of dependence, requests last. Stops in reverse: entrances first (requests and messages drain side by
 * side), then the relay, which still publishes what they committed, then pools, then telemetry.
 */
export function composeService(parts: ServiceParts): Service {
  const { logger, http, consumers = [], relay, database, cache, telemetry } = parts;
  return {
    logger,
    ...(parts.shutdownTimeoutMs === undefined ? {} : { shutdownTimeoutMs: parts.shutdownTimeoutMs }),
    start: async () => {
      relay?.start();
      await Promise.all(consumers.map((consumer) => consumer.start()));
      return http.start();
    },
    stop: async () => {
      await Promise.all([http.stop(), ...consumers.map((consumer) => consumer.stop())]);
      await relay?.stop();
      await Promise.all([database?.close(), cache?.close()]);
      await telemetry?.shutdown();
    },
  };
}
