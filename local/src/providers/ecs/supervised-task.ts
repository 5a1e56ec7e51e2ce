// One running copy of a service. It is a target of the load balancer only while it is healthy, comes back when it dies, and
// is replaced when it stops answering its health check.
import { get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { explainEnd, type LogGroup, type OutputTail } from '../../processes/log-group.ts';
import { startTiedProcess, type TiedProcess } from '../../processes/tied-process.ts';
import type { LocalContext } from '../../provider.ts';

const STARTING_POLL_MS = 75;
const HEALTHY_POLL_MS = 5_000;
const HEALTH_TIMEOUT_MS = 5_000;
const UNHEALTHY_AFTER_MISSES = 3;
/** The template's own grace period. A busy two-core machine starts a service in seconds. */
const START_GRACE_MS = 60_000;
/** A process that has lived this long did not fail to start: it is started again at once. */
const STABLE_MS = 5_000;
const FIRST_BACKOFF_MS = 250;
const MAX_BACKOFF_MS = 10_000;
/** Of the very first start: a service that cannot start is a mistake to be shown, not to be tried for ever. */
const FIRST_START_ATTEMPTS = 2;

export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly port: number;
}

export interface SupervisedTaskOptions {
  readonly name: string;
  readonly cwd: string;
  readonly stopMs: number;
  readonly healthPath: string;
  readonly logGroup: LogGroup;
  readonly log: LocalContext['log'];
  /** Called before each start: the port may have been taken in the meantime. */
  prepare(): Promise<Launch>;
}

export interface SupervisedTask {
  /** Resolves when it is healthy for the first time. @throws Error with its last words when it does not get there */
  start(): Promise<void>;
  /** Ends it in order and starts it again, at once even after failures. */
  restart(): Promise<void>;
  stop(): Promise<void>;
  /** Where it listens, while it is healthy. */
  port(): number | undefined;
  pid(): number | undefined;
}

interface Running {
  readonly child: TiedProcess;
  readonly tail: OutputTail;
  readonly port: number;
  readonly startedAt: number;
}

export function superviseTask(options: SupervisedTaskOptions): SupervisedTask {
  const { name, log } = options;
  const firstHealthy = Promise.withResolvers<void>();
  let running: Running | undefined;
  let healthy = false;
  let wasHealthy = false;
  let isStopping = false;
  let isRestarting = false;
  let failures = 0;
  let pause = new AbortController();
  let loop: Promise<void> = Promise.resolve();

  const launch = async (): Promise<Running> => {
    const { command, args, env, port } = await options.prepare();
    const child = await startTiedProcess({ command, args, cwd: options.cwd, env: { ...env } });
    return { child, tail: options.logGroup.follow(child, name), port, startedAt: Date.now() };
  };

  const watchHealth = async ({ child, port, startedAt }: Running): Promise<void> => {
    let misses = 0;
    while (child.isRunning() && !isStopping) {
      if (await answersHealthCheck(port, options.healthPath)) {
        misses = 0;
        if (!healthy && child.isRunning()) becomeHealthy(startedAt);
      } else {
        misses += 1;
        const isLost = healthy ? misses >= UNHEALTHY_AFTER_MISSES : Date.now() - startedAt > START_GRACE_MS;
        if (isLost && child.isRunning()) {
          log('warn', `${name} does not answer ${options.healthPath}; it is replaced`);
          child.signal('SIGKILL');
        }
      }
      await delay(healthy ? HEALTHY_POLL_MS : STARTING_POLL_MS, undefined, { signal: pause.signal, ref: false }).catch(() => undefined);
    }
  };
  const becomeHealthy = (startedAt: number): void => {
    healthy = true;
    log(wasHealthy ? 'info' : 'debug', `${name} is healthy after ${Date.now() - startedAt} ms`);
    wasHealthy = true;
    firstHealthy.resolve();
  };

  /** Starts it once and waits for its end. */
  const runOnce = async (): Promise<void> => {
    running = await launch();
    void watchHealth(running);
    if (isStopping) void running.child.stop(options.stopMs);
    const { code, signal } = await running.child.exited;
    const { tail, startedAt } = running;
    running = undefined;
    healthy = false;
    if (isStopping || isRestarting) return;
    failures = Date.now() - startedAt > STABLE_MS ? 0 : failures + 1;
    throw new Error(
      `${name} ended with ${signal ?? `code ${code}`}${code === 0 || signal !== null ? '' : `\n${explainEnd(tail.lines())}`}`,
    );
  };

  const supervise = async (): Promise<void> => {
    while (!isStopping) {
      try {
        await runOnce();
        isRestarting = false;
      } catch (error) {
        if (!wasHealthy && failures >= FIRST_START_ATTEMPTS) return firstHealthy.reject(error);
        log('warn', `${error instanceof Error ? error.message : String(error)}; it is started again`);
        if (failures > 0) await waitBeforeRetry();
      }
    }
  };
  const waitBeforeRetry = async (): Promise<void> => {
    const backoffMs = Math.min(FIRST_BACKOFF_MS * 2 ** (failures - 1), MAX_BACKOFF_MS);
    await delay(backoffMs, undefined, { signal: pause.signal }).catch(() => undefined);
  };
  const endPause = (): void => {
    pause.abort();
    pause = new AbortController();
  };

  return {
    start: () => {
      loop = supervise().catch(firstHealthy.reject);
      return firstHealthy.promise;
    },
    restart: async () => {
      failures = 0;
      if (running === undefined) return endPause();
      isRestarting = true;
      healthy = false;
      await running.child.stop(options.stopMs);
    },
    stop: async () => {
      isStopping = true;
      healthy = false;
      endPause();
      await running?.child.stop(options.stopMs);
      await loop;
    },
    port: () => (healthy ? running?.port : undefined),
    pid: () => running?.child.pid,
  };
}

/** A connection of its own each time: a kept one would delay the service's shutdown. */
function answersHealthCheck(port: number, path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(
      { host: '127.0.0.1', port, path, agent: false, timeout: HEALTH_TIMEOUT_MS, headers: { connection: 'close' } },
      (response) => {
        response.resume();
        const { statusCode = 0 } = response;
        resolve(statusCode >= 200 && statusCode < 300);
      },
    );
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(false));
    request.once('close', () => resolve(false));
  });
}
