import { Redis } from 'ioredis';
import { type SecretReader, createCredentialSource, createSecretReader } from '../aws/secrets.ts';
import { ServiceError } from '../errors/service-error.ts';
import type { Logger } from '../logging/create-logger.ts';
import { withSpan } from '../telemetry/spans.ts';
import { type Clock, systemClock } from '../time/clock.ts';
import { createBatchedReads } from './batched-reads.ts';
import { createSingleFlight } from './single-flight.ts';

export interface CacheOptions {
  readonly host: string;
  readonly port: number;
  /** Secret `{ username, password }`; read again when the server refuses what it held. */
  readonly secretArn: string;
  readonly logger: Logger;
  /** Put before every key, so that services may share a server. */
  readonly prefix?: string;
  /** PEM of a CA to trust beside the process's own. */
  readonly ca?: string | undefined;
  /** @default Secrets Manager */
  readonly secretReader?: SecretReader;
  readonly clock?: Clock;
}

export interface Cache {
  /**
   * Cache-aside: the cached value, or what `load` gives, kept for `ttlSeconds`. Concurrent callers of one key share one load.
   * A cache that is down costs at most `COMMAND_TIMEOUT_MS`, once a second; then `load` answers alone.
   */
  getOrLoad<T>(key: string, ttlSeconds: number, load: () => Promise<T>): Promise<T>;
  /**
   * Forgets keys; call it after the commit that changed them.
   * @returns false when it is not certain that the cache was told; who must know tells it again
   */
  invalidate(...keys: readonly string[]): Promise<boolean>;
  /** @throws when it does not answer */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** A cache that answers more slowly than the database is no cache. */
const COMMAND_TIMEOUT_MS = 100;
const CONNECT_TIMEOUT_MS = 1_000;
/** After a failure the cache is left alone this long, so that callers do not each pay the timeout. */
const PAUSE_AFTER_FAILURE_MS = 1_000;
/** How often a lost connection is tried again. */
const RECONNECT_DELAY_MS = 500;
/**
 * An invalidated key holds this mark for a while, and fills write only where there is nothing: a load that began before
 * the change cannot put the old value back after it. As long as the longest query, and longer than a replica lags.
 */
const INVALIDATED = '-';
const INVALIDATED_SECONDS = 10;

/** Connects to Valkey or Redis over TLS. Resolves although it is down: reads fall through until it is back. */
export async function connectCache(options: CacheOptions): Promise<Cache> {
  const clock = options.clock ?? systemClock;
  const credentials = createCredentialSource(options.secretReader ?? createSecretReader(), options.secretArn);
  const redis = await openRedis(options, credentials);
  const key = (name: string) => `${options.prefix ?? ''}${name}`;
  const singleFlight = createSingleFlight();
  const read = createBatchedReads((keys) => redis.mget(...keys));
  let pausedUntilMs = 0;

  const isPaused = () => clock.now().getTime() < pausedUntilMs;
  /** The command's answer, or undefined when the cache cannot be used now. */
  const attempt = async <T>(operation: string, command: () => Promise<T>): Promise<{ readonly answer: T } | undefined> => {
    if (redis.status !== 'ready' || isPaused()) return undefined;
    try {
      const attributes = { 'db.system.name': 'redis', 'db.operation.name': operation };
      return { answer: await withSpan(`Redis ${operation}`, { kind: 'client', attributes }, command) };
    } catch (error) {
      pausedUntilMs = clock.now().getTime() + PAUSE_AFTER_FAILURE_MS;
      options.logger.warn({ err: error, operation }, 'cache does not answer');
      return undefined;
    }
  };

  return {
    getOrLoad: (name, ttlSeconds, load) =>
      singleFlight.run(name, async () => {
        const cached = await attempt('GET', () => read(key(name)));
        const text = cached?.answer ?? undefined;
        if (text !== undefined && text !== INVALIDATED) return JSON.parse(text);
        const value = await load();
        if (cached !== undefined && value !== undefined && text === undefined)
          await attempt('SET', () => redis.set(key(name), JSON.stringify(value), 'EX', ttlSeconds, 'NX'));
        return value;
      }),
    invalidate: async (...names) => {
      if (names.length === 0) return true;
      for (const name of names) singleFlight.forget(name);
      const pipeline = redis.pipeline();
      for (const name of names) pipeline.set(key(name), INVALIDATED, 'EX', INVALIDATED_SECONDS);
      if (redis.status === 'ready' && isPaused()) {
        // Sent all the same: when the cache is but slow, it must not serve the old value after its pause. Nobody waits for it.
        void pipeline.exec().catch(() => undefined);
        return false;
      }
      const done = await attempt('SET', () => pipeline.exec());
      return done?.answer?.every(([error]) => error === null) ?? false;
    },
    ping: async () => {
      if ((await attempt('PING', () => redis.ping())) === undefined)
        throw new ServiceError({ code: 'CACHE_UNAVAILABLE', kind: 'unavailable', message: 'The cache does not answer.' });
    },
    close: async () => {
      redis.disconnect();
    },
  };
}

async function openRedis(options: CacheOptions, credentials: ReturnType<typeof createCredentialSource>): Promise<Redis> {
  const redis = new Redis({
    host: options.host,
    port: options.port,
    ...(await credentials.current()),
    tls: { servername: options.host, ...(options.ca === undefined ? {} : { ca: options.ca }) },
    commandTimeout: COMMAND_TIMEOUT_MS,
    connectTimeout: CONNECT_TIMEOUT_MS,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    enableAutoPipelining: true,
    // It collects a turn's reads already.
    autoPipeliningIgnoredCommands: ['mget'],
    retryStrategy: () => RECONNECT_DELAY_MS,
  });
  redis.on('error', (error: Error) => {
    options.logger.warn({ err: error }, 'cache connection failed');
    if (!/WRONGPASS|NOAUTH/.test(error.message)) return;
    credentials.forget();
    void credentials.current().then(
      ({ username, password }) => Object.assign(redis.options, { username, password }),
      () => undefined,
    );
  });
  await waitUntilReady(redis);
  return redis;
}

/** Waits for the first connection, but not for a server that is down. */
async function waitUntilReady(redis: Redis): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, CONNECT_TIMEOUT_MS);
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    redis.once('ready', done);
    redis.once('error', done);
  });
}
