// `npm start`: the whole platform from the synthesized `dev` stage, and a table of where to find it.
import { listPorts, startPlatform, type Platform } from '@torii/local';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ASSEMBLY_FOLDER, refreshTemplates, refreshWebApp } from './start/build.ts';
import { showDemo } from './start/demo.ts';
import { parseOptions, type StartOptions } from './start/options.ts';
import { listSubstitutions } from './start/substitutions.ts';
import { assertPortsFree } from './start/ports.ts';
import { createProgress, drawTable, type Progress } from './start/progress.ts';
import { ROOT } from './steps.ts';

const startedAt = performance.now();
const progress = createProgress(process.stdout);
const running: { platform?: Platform; isStopping?: true } = {};

stopOnSignal();
try {
  const options = parseOptions(process.argv.slice(2), process.env);
  running.platform = await boot(options, progress);
  await runDemoOnce(running.platform, options, progress);
  showTable(running.platform, progress);
} catch (error) {
  // A demo that is interrupted fails; the signal decides how this ends.
  if (running.isStopping !== true) {
    console.error(`\n${error instanceof Error ? error.message : String(error)}`);
    await running.platform?.stop();
    process.exit(1);
  }
}

async function boot(options: StartOptions, { step, line }: Progress): Promise<Platform> {
  line('\nTorii\n');
  await assertPortsFree(listPorts(options.portBase));
  const made = (what: string) => (isMade: boolean) => (isMade ? what : 'unchanged');
  await Promise.all([
    step('templates', refreshTemplates, made('synthesized from infra/')),
    step('web app', refreshWebApp, made('bundled from services/frontend/web')),
  ]);
  return startPlatform({
    root: ROOT,
    assemblyFolder: ASSEMBLY_FOLDER,
    stage: 'dev',
    home: options.home,
    portBase: options.portBase,
    watch: options.watch,
    step,
  });
}

async function runDemoOnce(platform: Platform, options: StartOptions, shown: Progress): Promise<void> {
  const marker = join(options.home, 'state', 'demo-done');
  if (!options.demo || existsSync(marker)) return;
  await showDemo(platform.file, shown);
  writeFileSync(marker, '');
}

function showTable(platform: Platform, { line }: Progress): void {
  const { file } = platform;
  line(
    `\nReady in ${((performance.now() - startedAt) / 1000).toFixed(1)} s. Every process has its environment from infra/cdk.out, but for:`,
  );
  line(drawTable(listSubstitutions(platform.listProcesses())));
  line('');
  line(
    drawTable([
      ['Web', file.web],
      ['API', file.api],
      ['Console', file.console],
      ['Mail', file.mail],
      ['Log in as', `${file.demo.email}   ${file.demo.password}`],
      ['Next', 'change a file in services/catalog/src and see it restart; Ctrl-C stops everything'],
    ]),
  );
  line('');
}

/** One Ctrl-C can arrive several times, from the terminal and from the processes above this one. */
const SAME_SIGNAL_MS = 500;

/** The first signal stops everything in order; a second one does not wait. */
function stopOnSignal(): void {
  let stoppingSince = 0;
  const stop = (_signal: string, number: number): void => {
    if (stoppingSince > 0 && performance.now() - stoppingSince < SAME_SIGNAL_MS) return;
    // A platform that still boots has nothing to finish: all it has started ends with this process.
    if (stoppingSince > 0 || running.platform === undefined) process.exit(128 + number);
    stoppingSince = performance.now();
    running.isStopping = true;
    progress.step('stopping', running.platform.stop).then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error instanceof Error ? error.message : String(error));
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}
