// `npm run logs`: questions to the log lake, on the laptop and in AWS alike.
import { runProcess } from './cli/run-command.ts';
import { logs } from './commands/logs.ts';

await runProcess(logs);
