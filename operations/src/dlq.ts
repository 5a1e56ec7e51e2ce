// `npm run dlq`: dead letters, on the laptop and in AWS alike.
import { runProcess } from './cli/run-command.ts';
import { dlq } from './commands/dlq.ts';

await runProcess(dlq);
