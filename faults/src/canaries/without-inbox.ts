import { replaceModule } from './replace-module.ts';

replaceModule('/chassis/src/messaging/inbox.ts', new URL('./broken/without-inbox.ts', import.meta.url));
