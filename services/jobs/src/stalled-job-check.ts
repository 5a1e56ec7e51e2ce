import type { Logger } from '@torii/chassis';
import type { JobsContext } from './use-cases/context.ts';
import { resumeStalledJobs } from './use-cases/resume-stalled-jobs.ts';

/** Looks for stalled jobs from time to time, in every process of the service: the database sees to it that each is resumed once. */
export interface StalledJobCheck {
  start(): void;
  stop(): Promise<void>;
}

export function createStalledJobCheck(context: JobsContext, logger: Logger, everyMs: number): StalledJobCheck {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  const check = async (): Promise<void> => {
    try {
      const { resumed, failed } = await resumeStalledJobs(context);
      if (resumed.length > 0) logger.warn({ jobIds: resumed }, 'jobs were resumed: their lease had run out');
      if (failed.length > 0) logger.error({ jobIds: failed }, 'jobs were failed: resuming them did not help');
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
