import { runService } from '@torii/chassis';
import { readConfig } from './config.ts';
import { createFrontend } from './service.ts';

await runService(() => createFrontend(readConfig(process.env)));
