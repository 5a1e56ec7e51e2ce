import { replaceModule } from './replace-module.ts';

replaceModule('/chassis/src/messaging/outbox-rows.ts', new URL('./broken/publish-before-commit.ts', import.meta.url));
