// One platform for all journeys, started as a user starts it: `npm start` on an empty home folder, demo included.
import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
/** Away from the ports and the state of a platform that a developer has running. */
const HOME = join(ROOT, '.torii', 'journeys');
const PORT_BASE = '18000';
const START_TIMEOUT_MS = 180_000;

declare global {
  var journeyPlatform: ChildProcess | undefined;
}

/** `TORII_JOURNEY_HOME` names a running platform to use instead. */
export default async function setUp(): Promise<void> {
  if ((process.env['TORII_JOURNEY_HOME'] ?? '') !== '') return;
  rmSync(HOME, { recursive: true, force: true });
  process.env['TORII_JOURNEY_HOME'] = HOME;
  globalThis.journeyPlatform = await startPlatformProcess();
}

/** Runs the start script until it has printed its table. @throws Error with its output when it ends or hangs before that. */
export function startPlatformProcess(): Promise<ChildProcess> {
  const env = { ...process.env, TORII_HOME: HOME, TORII_PORT: PORT_BASE, NODE_OPTIONS: '' };
  const child = spawn(process.execPath, [join(ROOT, 'scripts', 'start.ts')], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`The platform for the journeys did not start: ${why}\n${output.slice(-6_000)}`));
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      fail(`not ready after ${START_TIMEOUT_MS / 1000} s`);
    }, START_TIMEOUT_MS);
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
      if (!/^Next|^ {2}Next/m.test(output)) return;
      clearTimeout(timer);
      resolve(child);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`it ended with ${code}`);
    });
  });
}
