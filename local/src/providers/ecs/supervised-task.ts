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
  /** Until it is healthy for the first time: what cannot start is a mistake to be shown, not to be tried for ever. */
  readonly startAttempts: number;
  readonly logGroup: LogGroup;
  readonly log: LocalContext['log'];
  /** Called before each start: the port may have been taken in the meantime. */
  prepare(): Promise<Launch>;
}

interface Running {
  readonly child: TiedProcess;
  readonly tail: OutputTail;
  readonly port: number;
  readonly startedAt: number;
}

export class SupervisedTask {
  readonly #options: SupervisedTaskOptions;
  readonly #firstHealthy = Promise.withResolvers<void>();
  #running: Running | undefined;
  #isHealthy = false;
  #wasHealthy = false;
  #isStopping = false;
  /** Starts in a row that did not last. */
  #failures = 0;
  /** Aborted to end a backoff or a pause between health checks. */
  #pause = new AbortController();
  #loop: Promise<void> = Promise.resolve();

  constructor(options: SupervisedTaskOptions) {
    this.#options = options;
  }

  /** Resolves when it is healthy for the first time. @throws Error with its last words when it does not get there */
  start(): Promise<void> {
    this.#loop = this.#supervise().catch(this.#firstHealthy.reject);
    return this.#firstHealthy.promise;
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#isHealthy = false;
    this.#endPause();
    await this.#running?.child.stop(this.#options.stopMs);
    await this.#loop;
  }

  /** Where it listens, while it is healthy. */
  port(): number | undefined {
    return this.#isHealthy ? this.#running?.port : undefined;
  }

  pid(): number | undefined {
    return this.#running?.child.pid;
  }

  async #supervise(): Promise<void> {
    const { log, name, startAttempts } = this.#options;
    while (!this.#isStopping) {
      try {
        await this.#runOnce();
      } catch (error) {
        this.#failures += 1;
        if (!this.#wasHealthy && this.#failures >= startAttempts) return this.#firstHealthy.reject(error);
        log('warn', `${error instanceof Error ? error.message : String(error)}; it is started again`);
        await this.#waitBeforeRetry();
      }
    }
    this.#firstHealthy.reject(new Error(`${name} was stopped before it was healthy`));
  }

  /** Starts it once and waits for its end. @throws Error unless that end was asked for */
  async #runOnce(): Promise<void> {
    const { name, stopMs } = this.#options;
    const running = await this.#launch();
    this.#running = running;
    void this.#watchHealth(running);
    if (this.#isStopping) void running.child.stop(stopMs);
    const { code, signal } = await running.child.exited;
    this.#running = undefined;
    this.#isHealthy = false;
    if (this.#isStopping) return;
    if (Date.now() - running.startedAt > STABLE_MS) this.#failures = 0;
    const lastWords = signal === null && code !== 0 ? `\n${explainEnd(running.tail.lines())}` : '';
    throw new Error(`${name} ended with ${signal ?? `code ${code}`}${lastWords}`);
  }

  async #launch(): Promise<Running> {
    const { prepare, cwd, logGroup, name } = this.#options;
    const { command, args, env, port } = await prepare();
    const child = await startTiedProcess({ command, args, cwd, env: { ...env } });
    return { child, tail: logGroup.follow(child, name), port, startedAt: Date.now() };
  }

  async #watchHealth(running: Running): Promise<void> {
    const { child, port } = running;
    let misses = 0;
    while (child.isRunning() && !this.#isStopping) {
      const answers = await answersHealthCheck(port, this.#options.healthPath);
      misses = answers ? 0 : misses + 1;
      if (answers) this.#becomeHealthy(running);
      else if (this.#isLost(running, misses)) {
        this.#options.log('warn', `${this.#options.name} does not answer ${this.#options.healthPath}; it is replaced`);
        child.signal('SIGKILL');
      }
      await this.#sleep(this.#isHealthy ? HEALTHY_POLL_MS : STARTING_POLL_MS);
    }
  }

  #becomeHealthy({ child, startedAt }: Running): void {
    if (this.#isHealthy || this.#isStopping || !child.isRunning()) return;
    const { log, name } = this.#options;
    log(this.#wasHealthy ? 'info' : 'debug', `${name} is healthy after ${Date.now() - startedAt} ms`);
    this.#isHealthy = true;
    this.#wasHealthy = true;
    this.#firstHealthy.resolve();
  }

  #isLost({ child, startedAt }: Running, misses: number): boolean {
    // One that is being stopped no longer answers, and still has requests and messages to finish.
    if (!child.isRunning() || this.#isStopping) return false;
    return this.#isHealthy ? misses >= UNHEALTHY_AFTER_MISSES : Date.now() - startedAt > START_GRACE_MS;
  }

  /** A process that had lived for a while is started again at once, one that keeps failing less and less often. */
  async #waitBeforeRetry(): Promise<void> {
    if (this.#failures <= 1) return;
    await this.#sleep(Math.min(FIRST_BACKOFF_MS * 2 ** (this.#failures - 2), MAX_BACKOFF_MS));
  }

  async #sleep(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#pause.signal }).catch(() => undefined);
  }

  #endPause(): void {
    this.#pause.abort();
    this.#pause = new AbortController();
  }
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
