import { runService } from '@torii/chassis';
import { readConfig } from './config.ts';
import { createIdentity } from './service.ts';

await runService(() => createIdentity(readConfig(process.env)));
