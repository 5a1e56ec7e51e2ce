// A private MariaDB: loopback, TLS, data below its folder. It survives `kill -9` of itself and of the platform.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { startTiedProcess } from '../processes/tied-process.ts';
import { environmentOf, readNatives, type MariadbProgram } from './find-natives.ts';
import { startNativeServer, type NativeServer } from './native-server.ts';

export interface TlsFiles {
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
}

export interface MariadbOptions {
  readonly nativeFolder: string;
  readonly folder: string;
  readonly port: number;
  readonly tls: TlsFiles;
  /** System variables by name, as in a parameter group. One that this build does not know is ignored with a warning. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** May do everything, may connect over TCP. Made, or given this password, at every start. */
  readonly master: { readonly username: string; readonly password: string };
  readonly databases?: readonly string[];
}

const DEFAULT_PARAMETERS: Readonly<Record<string, string>> = {
  character_set_server: 'utf8mb4',
  collation_server: 'utf8mb4_unicode_ci',
  max_connections: '200',
};

/** @throws Error with the server's own words when it does not start, and what to do when its data may be the reason. */
export async function startMariadb(options: MariadbOptions): Promise<NativeServer> {
  const { mariadb } = readNatives(options.nativeFolder);
  mkdirSync(join(options.folder, 'tmp'), { recursive: true, mode: 0o700 });
  const hadData = existsSync(dataFolder(options.folder));
  await makeDataFolder(mariadb, options.folder);
  const args = [...sharedArguments(mariadb, options.folder), ...serverArguments(mariadb, options)];
  const process = { command: mariadb.program, args, env: environmentOf(mariadb) };
  const server = { title: 'MariaDB', folder: options.folder, port: options.port, readyLine: /ready for connections/, process };
  return startNativeServer(server).catch((error: unknown) => {
    throw hadData ? addWayOut(error, options.folder) : error;
  });
}

/** A busy port says nothing of the data. */
function addWayOut(error: unknown, folder: string): unknown {
  if (!(error instanceof Error) || error.message.includes('Address already in use')) return error;
  return new Error(`${error.message}\nIf its data in ${dataFolder(folder)} is damaged, start over with: npm run reset`, { cause: error });
}

function sharedArguments(mariadb: MariadbProgram, folder: string): readonly string[] {
  return [
    '--no-defaults',
    `--basedir=${mariadb.prefix}`,
    `--lc-messages-dir=${mariadb.share}`,
    `--character-sets-dir=${join(mariadb.share, 'charsets')}`,
    `--datadir=${dataFolder(folder)}`,
    `--tmpdir=${join(folder, 'tmp')}`,
    // As root it refuses to run unless told that this is meant; another user could not enter root's home.
    ...(process.getuid?.() === 0 ? ['--user=root'] : []),
  ];
}

function serverArguments(mariadb: MariadbProgram, options: MariadbOptions): readonly string[] {
  const parameters = Object.entries({ ...DEFAULT_PARAMETERS, ...options.parameters });
  return [
    '--bind-address=127.0.0.1',
    `--port=${options.port}`,
    // In the data folder by its relative name: a socket's path may have only 107 characters.
    '--socket=mariadb.sock',
    `--pid-file=${join(options.folder, 'tmp', 'mariadb.pid')}`,
    `--plugin-dir=${pluginFolder(mariadb)}`,
    `--init-file=${writeInitFile(options)}`,
    `--ssl-ca=${options.tls.caFile}`,
    `--ssl-cert=${options.tls.certFile}`,
    `--ssl-key=${options.tls.keyFile}`,
    '--skip-name-resolve',
    '--skip-log-bin',
    '--performance-schema=OFF',
    '--default-time-zone=+00:00',
    '--innodb-buffer-pool-size=256M',
    '--innodb-log-file-size=96M',
    // 2 gives each commit to the operating system: it outlives a killed server (only a power cut loses the last second) and
    // spares the fsync that makes every commit of a laptop wait for its disk.
    '--innodb-flush-log-at-trx-commit=2',
    ...parameters.map(([name, value]) => `--loose-${name.replaceAll('_', '-')}=${value}`),
  ];
}

function pluginFolder(mariadb: MariadbProgram): string {
  const candidates = ['lib/mysql/plugin', 'lib/mariadb/plugin', 'lib/plugin', 'lib64/mariadb/plugin'].map((name) =>
    join(mariadb.prefix, name),
  );
  return candidates.find((folder) => existsSync(folder)) ?? mariadb.prefix;
}

/** Runs inside the server before it accepts connections, so that there is no account without a password at any time. */
function writeInitFile({ folder, master, databases }: MariadbOptions): string {
  const account = `${quote(master.username)}@'%'`;
  const statements = [
    `CREATE USER IF NOT EXISTS ${account} IDENTIFIED BY ${quote(master.password)};`,
    `ALTER USER ${account} IDENTIFIED BY ${quote(master.password)};`,
    `GRANT ALL PRIVILEGES ON *.* TO ${account} WITH GRANT OPTION;`,
    ...(databases ?? []).map((name) => `CREATE DATABASE IF NOT EXISTS \`${name.replaceAll('`', '``')}\`;`),
  ];
  const file = join(folder, 'tmp', 'init.sql');
  writeFileSync(file, `${statements.join('\n')}\n`, { mode: 0o600 });
  return file;
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function dataFolder(folder: string): string {
  return join(folder, 'data');
}

/**
 * What mariadb-install-db does, from the same SQL, without help tables and sys schema: 0.3 s instead of 1.5 s, and without
 * the package that holds the script. Made aside and renamed when complete: an interrupted first start begins again.
 */
async function makeDataFolder(mariadb: MariadbProgram, folder: string): Promise<void> {
  if (existsSync(dataFolder(folder))) return;
  const making = join(folder, 'data.new');
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making, { recursive: true, mode: 0o700 });
  const args = [
    ...sharedArguments(mariadb, folder),
    `--datadir=${making}`,
    '--bootstrap',
    '--innodb-log-file-size=16M',
    '--log-warnings=0',
  ];
  const child = await startTiedProcess({ command: mariadb.program, args, env: environmentOf(mariadb), orphanSignal: 'SIGKILL' });
  let errors = '';
  child.stdout.resume();
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString('utf8')));
  // root then gets in only through the socket, and only as the user who runs the platform.
  child.stdin?.write(`create database mysql;\nuse mysql;\nset @auth_root_socket=${quote(userInfo().username)};\n`);
  for (const name of ['system_tables', 'performance_tables', 'system_tables_data']) child.stdin?.write(readSystemSql(mariadb, name));
  child.stdin?.end();
  const { code, signal } = await child.exited;
  if (code !== 0)
    throw new Error(`MariaDB cannot make its data folder ${folder}: it ended with ${signal ?? `code ${code}`}\n${errors.slice(-2_000)}`);
  renameSync(making, dataFolder(folder));
}

function readSystemSql(mariadb: MariadbProgram, name: string): Buffer {
  const file = ['mysql', 'mariadb']
    .map((prefix) => join(mariadb.share, `${prefix}_${name}.sql`))
    .find((candidate) => existsSync(candidate));
  if (file === undefined) throw new Error(`MariaDB cannot make its system tables: ${mariadb.share} has no ${name}.sql`);
  return readFileSync(file);
}
