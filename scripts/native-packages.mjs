/**
 * Finds MariaDB and Redis, or fetches them without root. Plain JavaScript for Node 18: it runs before anything is installed.
 * What it found is recorded in `<native folder>/natives.json`, which `local/src/natives` reads.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

/** Folders of Homebrew's own copies; `brew` does not link every formula into PATH. */
const HOMEBREW_FOLDERS = ['/opt/homebrew', '/usr/local'].flatMap((prefix) =>
  ['mariadb', 'mariadb@10.11', 'redis', 'valkey'].map((formula) => `${prefix}/opt/${formula}/bin`),
);
/** Servers live in sbin, which an ordinary user's PATH on Debian leaves out. */
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/usr/local/bin', '/usr/bin', '/usr/libexec'];
/** Debian's server packages start system services; these hold the programs alone. */
const DEBIAN_PACKAGES = ['mariadb-server-core', 'redis-tools'];
const MULTIARCH = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };

/** The programs recorded by an earlier run, if they are all still there. */
export function readRecordedNatives(nativeFolder) {
  try {
    const natives = JSON.parse(readFileSync(recordFile(nativeFolder), 'utf8'));
    const files = [natives.mariadb.program, natives.mariadb.share, natives.redis.program];
    return files.every((file) => existsSync(file)) ? natives : undefined;
  } catch {
    return undefined;
  }
}

/** @returns natives, recorded; undefined when this machine has not both. */
export function findNatives(nativeFolder) {
  const fetched = join(nativeFolder, 'root');
  const system = [...(process.env['PATH'] ?? '').split(delimiter).filter(Boolean), ...SYSTEM_FOLDERS, ...HOMEBREW_FOLDERS];
  const own = ['usr/sbin', 'usr/bin'].map((folder) => join(fetched, folder));
  const mariadb = findMariadb(system) ?? findMariadb(own);
  const redis = findRedis(system) ?? findRedis(own);
  if (!mariadb || !redis) return undefined;
  const natives = { mariadb, redis };
  mkdirSync(nativeFolder, { recursive: true });
  writeFileSync(recordFile(nativeFolder), `${JSON.stringify(natives, null, 2)}\n`);
  return natives;

  function findMariadb(folders) {
    for (const program of listPrograms(folders, ['mariadbd']).map(realpath)) {
      const prefix = dirname(dirname(program));
      const share = ['share/mysql', 'share/mariadb'].map((name) => join(prefix, name)).find(holdsSystemTables);
      if (share) return { program, prefix, share, libraryPath: libraryPathOf(program) };
    }
    return undefined;
  }

  function findRedis(folders) {
    const program = listPrograms(folders, ['redis-server', 'valkey-server'])[0];
    return program && { program, libraryPath: libraryPathOf(program) };
  }

  function libraryPathOf(program) {
    if (!realpath(program).startsWith(realpath(fetched))) return null;
    return ['usr/lib', 'lib'].map((folder) => join(fetched, folder, MULTIARCH[process.arch] ?? '')).join(delimiter);
  }
}

export function canFetchNatives() {
  return process.platform === 'linux' && ['apt-get', 'dpkg-deb'].every((name) => listPrograms(SYSTEM_FOLDERS, [name]).length > 0);
}

/**
 * Unpacks Debian's packages, and the libraries this machine lacks, below the native folder: no root, no system service,
 * nothing outside the folder. Package lists are private because an ordinary user cannot refresh the system's.
 */
export async function fetchNatives(nativeFolder, report) {
  const work = join(nativeFolder, 'download');
  rmSync(work, { recursive: true, force: true });
  for (const folder of ['lists/partial', 'cache/archives/partial', 'packages']) mkdirSync(join(work, folder), { recursive: true });
  const options = [
    `Dir::State::lists=${work}/lists`,
    `Dir::Cache=${work}/cache`,
    'Debug::NoLocking=1',
    'Acquire::Languages=none',
    'Acquire::Retries=3',
  ];
  const apt = (...words) =>
    run(
      'apt-get',
      [...[...options, `APT::Sandbox::User=${userInfo().username}`].flatMap((option) => ['-o', option]), ...words],
      join(work, 'packages'),
    );

  report('reading the package lists');
  // A third party's repository that does not answer is no obstacle: what counts is whether the two packages are found.
  const updated = await apt('update', '-q').catch((error) => error);
  const plan = await apt('install', '--simulate', '-y', '--no-install-recommends', ...DEBIAN_PACKAGES).catch((error) => {
    throw updated instanceof Error ? updated : error;
  });
  const names = plan.split('\n').flatMap((line) => /^Inst (\S+)/.exec(line)?.[1] ?? []);
  report(`downloading ${names.length} packages: ${names.join(', ')}`);
  if (names.length > 0) await apt('download', '-q', ...names);
  for (const file of readdirSync(join(work, 'packages'))) {
    await run('dpkg-deb', ['-x', join(work, 'packages', file), join(nativeFolder, 'root')], work);
  }
  linkRedisServer(join(nativeFolder, 'root', 'usr', 'bin'));
  rmSync(work, { recursive: true, force: true });
}

/** Debian's Redis server is redis-check-rdb under another name: the link is in the package that also starts a system service. */
function linkRedisServer(folder) {
  const target = listPrograms([folder, ...SYSTEM_FOLDERS], ['redis-check-rdb'])[0];
  mkdirSync(folder, { recursive: true });
  rmSync(join(folder, 'redis-server'), { force: true });
  if (target) symlinkSync(target, join(folder, 'redis-server'));
}

/** What to type on this machine to have both. */
export function installAdvice() {
  if (process.platform === 'darwin') return 'brew install mariadb redis';
  if (canFetchNatives()) return 'sudo apt-get install mariadb-server-core redis-tools';
  const managers = { dnf: 'dnf install mariadb-server redis', pacman: 'pacman -S mariadb redis', zypper: 'zypper install mariadb redis' };
  const manager = Object.keys(managers).find((name) => listPrograms(SYSTEM_FOLDERS, [name]).length > 0);
  return manager
    ? `sudo ${managers[manager]}`
    : 'install MariaDB 10.11 or newer (mariadbd) and Redis 6 or newer (redis-server), both on PATH';
}

function recordFile(nativeFolder) {
  return join(nativeFolder, 'natives.json');
}

function holdsSystemTables(folder) {
  return ['mysql', 'mariadb'].some((prefix) => existsSync(join(folder, `${prefix}_system_tables.sql`)));
}

/** Existing programs, in the order of the names. */
function listPrograms(folders, names) {
  return names.flatMap((name) => folders.map((folder) => join(folder, name)).filter((file) => existsSync(file)));
}

function realpath(path) {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function run(program, words, folder) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
    });
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (errors += chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${program} ${words.at(-1)} ended with code ${code}: ${(errors || output).trim().slice(-1500)}`));
    });
  });
}
