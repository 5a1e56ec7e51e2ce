import type { Logger } from '../logging/create-logger.ts';

/** Throws or hangs when the dependency cannot be used. */
export type ReadinessCheck = () => Promise<void>;

export interface Readiness {
  readonly ready: boolean;
  /** `ok` or `failed` by dependency; the reason is logged, not told. */
  readonly checks: Readonly<Record<string, 'ok' | 'failed'>>;
}

/** The load balancer asks every few seconds and gives up after five. */
const CHECK_DEADLINE_MS = 1_500;

/** Asks every dependency at once, each within its own deadline. */
export async function checkReadiness(checks: Readonly<Record<string, ReadinessCheck>>, logger: Logger): Promise<Readiness> {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      try {
        await withDeadline(check(), CHECK_DEADLINE_MS);
        return [name, 'ok'] as const;
      } catch (error) {
        logger.warn({ dependency: name, err: error }, 'dependency is not ready');
        return [name, 'failed'] as const;
      }
    }),
  );
  return { ready: results.every(([, result]) => result === 'ok'), checks: Object.fromEntries(results) };
}

async function withDeadline(work: Promise<void>, deadlineMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${deadlineMs} ms`)), deadlineMs);
  });
  await Promise.race([work, deadline]).finally(() => clearTimeout(timer));
}
