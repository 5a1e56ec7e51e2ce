import type { Logger } from '@torii/chassis';
import type { JobsContext } from './use-cases/context.ts';
import { failStalledJobs } from './use-cases/fail-stalled-jobs.ts';

/** Looks for stalled jobs from time to time, in every process of the service: the database sees to it that each is failed once. */
export interface StalledJobCheck {
  start(): void;
  stop(): Promise<void>;
}

export function createStalledJobCheck(context: JobsContext, logger: Logger, everyMs: number): StalledJobCheck {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  const check = async (): Promise<void> => {
    try {
      const jobIds = await failStalledJobs(context);
      if (jobIds.length > 0) logger.error({ jobIds }, 'jobs were failed: nothing had happened to them for too long');
    } catch (error) {
      logger.warn({ err: error }, 'stalled jobs could not be looked for');
    }
  };
  return {
    start: () => {
      timer = setInterval(() => {
        running ??= check().finally(() => {
          running = undefined;
        });
      }, everyMs);
    },
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
