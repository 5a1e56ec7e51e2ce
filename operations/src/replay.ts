// `npm run replay`: history for one subscriber, on the laptop and in AWS alike.
import { runProcess } from './cli/run-command.ts';
import { replayHistory } from './commands/replay-history.ts';

await runProcess(replayHistory);
