import { replaceModule } from './replace-module.ts';

replaceModule('/chassis/src/messaging/outbox-rows.ts', new URL('./broken/delete-before-publish.ts', import.meta.url));
