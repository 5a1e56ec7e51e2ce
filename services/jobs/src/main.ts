import { runService } from '@torii/chassis';
import { readConfig } from './config.ts';
import { createJobs } from './service.ts';

await runService(() => createJobs(readConfig(process.env)));
