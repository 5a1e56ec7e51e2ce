// From nothing to a platform that serves, until it is told to stop.
import { listPorts, prepareHome, startPlatform, type Platform } from '@torii/local';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../steps.ts';
import { ASSEMBLY_FOLDER, refreshTemplates, refreshWebApp } from './build.ts';
import { showDemo } from './demo.ts';
import type { StartOptions } from './options.ts';
import { assertPortsFree } from './ports.ts';
import { createProgress, drawTable, type Progress } from './progress.ts';
import { listSubstitutions } from './substitutions.ts';

interface Running {
  platform?: Platform;
  isStopping?: true;
}

/** Serves until a signal stops it. @throws Error when it cannot; nothing is left running */
export async function runPlatform(options: StartOptions): Promise<void> {
  const running: Running = {};
  const progress = createProgress(process.stdout);
  stopOnSignal(running, progress);
  try {
    running.platform = await boot(options, progress);
    const logIn = await prepareDemo(running.platform, options, progress);
    showTable(running.platform, logIn, progress);
  } catch (error) {
    // A demo that is interrupted fails; the signal decides how this ends.
    if (running.isStopping === true) return;
    await running.platform?.stop();
    throw error;
  }
}

async function boot(options: StartOptions, { step, line }: Progress): Promise<Platform> {
  line('\nTorii\n');
  // Before anything is built: whoever has mistyped a folder need not wait for templates.
  prepareHome(options.home);
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

/** The first start signs up the demo user and imports the sample; later ones see that the user is still there. @returns how to log in, for the table */
async function prepareDemo(platform: Platform, options: StartOptions, shown: Progress): Promise<string | undefined> {
  if (!options.demo) return undefined;
  const { email, password } = platform.file.demo;
  const marker = join(options.home, 'state', 'demo-done');
  const isFirst = !existsSync(marker);
  const canLogIn = await showDemo(platform.file, shown, isFirst);
  if (isFirst) writeFileSync(marker, '');
  return canLogIn ? `${email}   ${password}` : `${email}   with the password that it was given since`;
}

function showTable(platform: Platform, logIn: string | undefined, { line }: Progress): void {
  const { file } = platform;
  // Since this process began.
  const seconds = (performance.now() / 1000).toFixed(1);
  line(`\nReady in ${seconds} s. Every process has its environment from infra/cdk.out, but for:`);
  line(drawTable(listSubstitutions(platform.listProcesses())));
  line('');
  line(
    drawTable([
      ['Web', file.web],
      ['API', file.api],
      ['Console', file.console],
      ['Mail', file.mail],
      ...(logIn === undefined ? [] : [['Log in as', logIn] as const]),
      ['Next', 'change a file in services/catalog/src and see it restart; Ctrl-C stops everything'],
    ]),
  );
  line('');
}

/** One Ctrl-C can arrive several times, from the terminal and from the processes above this one. */
const SAME_SIGNAL_MS = 500;

/** The first signal stops everything in order; a second one does not wait. */
function stopOnSignal(running: Running, progress: Progress): void {
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
