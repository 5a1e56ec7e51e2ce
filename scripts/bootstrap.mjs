/**
 * Makes a fresh machine ready, then runs a TypeScript script with the project's own Node 24:
 *   node scripts/bootstrap.mjs [--no-natives] <script.ts> [arguments…]
 * Depends on nothing and runs on Node 18; silent when there is nothing to do.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync, readdirSync, statfsSync, writeFileSync } from 'node:fs';
import { constants as os, totalmem } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { canFetchNatives, fetchNatives, findNatives, installAdvice, readRecordedNatives } from './native-packages.mjs';

const ROOT = process.env['TORII_ROOT'] || dirname(dirname(fileURLToPath(import.meta.url)));
const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];
const GIGABYTE = 1024 ** 3;
/** MariaDB, Redis, the platform and four services together stay below it. */
const NEEDED_MEMORY_BYTES = 3 * GIGABYTE;
/** node_modules is about 1 GB, npm's cache as much while it unpacks. */
const INSTALL_DISK_BYTES = 3 * GIGABYTE;
const RUN_DISK_BYTES = GIGABYTE;
/** Signals closer together are one, come by several ways. */
const SAME_SIGNAL_MS = 500;

/** A message for a person: what cannot be done, why, what to do. Printed without a stack. */
class NotReady extends Error {}

try {
  const { needsNatives, script, words } = parseCommandLine(process.argv.slice(2));
  assertMachine();
  const nativeFolder = join(ROOT, '.torii', 'native');
  await allOf([
    ...(isInstalled() ? [] : [step('packages', installPackages, () => `${countPackages()} unpacked`)]),
    ...(!needsNatives || readRecordedNatives(nativeFolder)
      ? []
      : [step('MariaDB and Redis', (report) => provideNatives(nativeFolder, report))]),
  ]);
  runScript(script, words);
} catch (error) {
  if (!(error instanceof NotReady)) throw error;
  process.stderr.write(`\n${error.message}\n`);
  process.exitCode = 1;
}

function parseCommandLine(args) {
  const needsNatives = args[0] !== '--no-natives';
  const [script, ...words] = needsNatives ? args : args.slice(1);
  if (!script) throw new NotReady('Nothing to run: usage is node scripts/bootstrap.mjs [--no-natives] <script.ts> [arguments…]');
  if (!existsSync(resolve(ROOT, script))) throw new NotReady(`${script} cannot be run: there is no such file in ${ROOT}.`);
  return { needsNatives, script: resolve(ROOT, script), words };
}

function assertMachine() {
  const platform = `${process.platform}-${process.arch}`;
  if (Number(process.versions.node.split('.')[0]) < 18) {
    throw new NotReady(
      `Torii cannot start with Node ${process.versions.node}: its first script needs 18 or newer. Install Node 24 from https://nodejs.org.`,
    );
  }
  if (!PLATFORMS.includes(platform) || usesMusl()) {
    throw new NotReady(
      `Torii cannot run natively on ${platform}${usesMusl() ? ' with musl' : ''}: it knows ${PLATFORMS.join(', ')} with glibc. ` +
        'Use one of those, or a Debian container (docker/README.md).',
    );
  }
  // A container's limit counts, not what its host has.
  const memory = process.constrainedMemory?.() || totalmem();
  const available = Math.min(memory, totalmem());
  if (available < NEEDED_MEMORY_BYTES) {
    throw new NotReady(
      `Torii needs ${gigabytes(NEEDED_MEMORY_BYTES)} of memory, this machine has ${gigabytes(available)}. Give the machine or container more.`,
    );
  }
  const needed = existsSync(join(ROOT, 'node_modules')) ? RUN_DISK_BYTES : INSTALL_DISK_BYTES;
  const disk = statfsSync(ROOT);
  const free = disk.bavail * disk.bsize;
  if (free < needed)
    throw new NotReady(
      `Torii needs ${gigabytes(needed)} of free disk in ${ROOT}, there are ${gigabytes(free)}. Free some, then run the same command again.`,
    );
  assertWritable();
}

function assertWritable() {
  try {
    accessSync(ROOT, constants.W_OK);
  } catch {
    throw new NotReady(`Torii cannot write to ${ROOT}: it keeps its packages and state there. Clone it into a folder of your own.`);
  }
}

function usesMusl() {
  return process.platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime;
}

/** True when node_modules holds what the lockfile says. The hash of the lockfile that was installed spares reading both each time. */
function isInstalled() {
  const lockfile = readFileSync(join(ROOT, 'package-lock.json'));
  const hash = createHash('sha256').update(lockfile).digest('hex');
  const recordFile = join(ROOT, 'node_modules', '.torii-lock');
  if (!existsSync(nodeProgram())) return false;
  if (existsSync(recordFile) && readFileSync(recordFile, 'utf8') === hash) return true;
  if (!holdsEveryPackage(JSON.parse(lockfile))) return false;
  writeFileSync(recordFile, hash);
  return true;
}

/** npm records what it installed: after a developer's own `npm install` nothing needs to be installed again. */
function holdsEveryPackage(lockfile) {
  try {
    const installed = JSON.parse(readFileSync(join(ROOT, 'node_modules', '.package-lock.json'), 'utf8')).packages;
    return Object.entries(lockfile.packages).every(([path, wanted]) => {
      if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) return true;
      return installed[path] ? installed[path].version === wanted.version : wanted.optional === true;
    });
  } catch {
    return false;
  }
}

function nodeProgram() {
  return join(ROOT, 'node_modules', '.bin', 'node');
}

async function installPackages(report) {
  const lockfile = readFileSync(join(ROOT, 'package-lock.json'));
  report(`npm ci: about ${Object.keys(JSON.parse(lockfile).packages).length} packages`);
  // npm must not run by the Node it is about to delete.
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.startsWith(join(ROOT, 'node_modules')));
  const env = { ...process.env, PATH: path.join(delimiter) };
  const code = await new Promise((settle, fail) => {
    const child = spawn('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: ROOT,
      env,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.once('error', (error) =>
      fail(new NotReady(`Packages cannot be installed: npm does not start (${error.message}). Install Node 24, which brings npm.`)),
    );
    child.once('close', settle);
  });
  if (code !== 0)
    throw new NotReady(
      `Packages cannot be installed: npm ci ended with code ${code}, see above. With a working network, run the same command again.`,
    );
  if (!existsSync(nodeProgram())) {
    throw new NotReady(
      'Node 24 is not among the installed packages: npm left out optional dependencies. Check `npm config get omit`, then run `npm ci --include=optional`.',
    );
  }
  writeFileSync(join(ROOT, 'node_modules', '.torii-lock'), createHash('sha256').update(lockfile).digest('hex'));
}

async function provideNatives(nativeFolder, report) {
  if (findNatives(nativeFolder)) return;
  try {
    if (canFetchNatives()) await fetchNatives(nativeFolder, report);
  } catch (error) {
    throw new NotReady(
      `MariaDB and Redis cannot be fetched: ${error.message}\nWith a working network run the same command again, or: ${installAdvice()}`,
    );
  }
  if (!findNatives(nativeFolder)) throw new NotReady(`MariaDB and Redis were not found on this machine. Run: ${installAdvice()}`);
}

/** Waits for every step even if one fails: nothing may go on installing behind a message that it failed. */
async function allOf(steps) {
  const failed = (await Promise.allSettled(steps)).find(({ status }) => status === 'rejected');
  if (failed) throw failed.reason;
}

async function step(name, run, describe = () => 'working') {
  const startedAt = Date.now();
  const seconds = () => `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;
  const report = (message) => process.stderr.write(`  ${name}: ${message}\n`);
  // A silent minute looks like a hang.
  const heartbeat = setInterval(() => report(`${describe()}, ${seconds()}`), 10_000);
  try {
    await run(report);
    report(`ready in ${seconds()}`);
  } finally {
    clearInterval(heartbeat);
  }
}

function countPackages() {
  const list = (folder) => (existsSync(folder) ? readdirSync(folder).filter((name) => !name.startsWith('.')) : []);
  const folder = join(ROOT, 'node_modules');
  return list(folder).flatMap((name) => (name.startsWith('@') ? list(join(folder, name)) : [name])).length;
}

function runScript(script, words) {
  const program = nodeProgram();
  // Should this process be killed, the script must not live on: it then gets the signal that stops it in order.
  const guard = process.platform === 'linux' && existsSync('/usr/bin/setpriv') ? ['/usr/bin/setpriv', '--pdeathsig', 'SIGTERM'] : [];
  const [command, ...rest] = [...guard, program, script, ...words];
  const path = [dirname(program), process.env['PATH']].filter(Boolean).join(delimiter);
  // A session of its own: terminals and `timeout` signal whole groups, npm forwards as well, and the script must hear of one
  // Ctrl-C once, since a second one means "at once".
  const child = spawn(command, rest, { stdio: 'inherit', detached: true, env: { ...process.env, PATH: path } });
  let forwardedAt = -Infinity;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (performance.now() - forwardedAt < SAME_SIGNAL_MS) return;
      forwardedAt = performance.now();
      child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal);
    });
  }
  child.once('error', (error) => {
    process.stderr.write(`${script} cannot be run: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.once('exit', (code, signal) => (process.exitCode = code ?? 128 + os.signals[signal]));
}

function gigabytes(bytes) {
  return `${(bytes / GIGABYTE).toFixed(1)} GB`;
}
