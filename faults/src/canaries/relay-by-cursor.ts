import { replaceModule } from './replace-module.ts';

replaceModule('/chassis/src/messaging/outbox-rows.ts', new URL('./broken/relay-by-cursor.ts', import.meta.url));
