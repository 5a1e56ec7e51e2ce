import { runService } from '@torii/chassis';
import { readConfig } from './config.ts';
import { createCatalog } from './service.ts';

await runService(() => createCatalog(readConfig(process.env)));
