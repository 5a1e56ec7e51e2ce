import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { provideTls, startMariadb, startRedis } from '@torii/local';
import { findFreePort } from '@torii/testing';

const NATIVE_FOLDER = fileURLToPath(new URL('../../../.torii/native', import.meta.url));
const MASTER = { username: 'torii_faults', password: 'torii-faults' };

/** A real server that can be killed, and started again where it was. */
export interface Server {
  readonly port: number;
  pid(): number;
  kill(): Promise<void>;
  /** After `kill`. */
  start(): Promise<void>;
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

export interface DatabaseServer extends Server {
  /** As a full disk does it: no file of the server can grow. Undefined where the system has no means for that. */
  readonly limitDisk: ((isFull: boolean) => void) | undefined;
}

export interface Servers {
  readonly mariadb: DatabaseServer;
  readonly redis: Server;
  readonly caFile: string;
  readonly master: typeof MASTER;
}

export async function startServers(folder: string): Promise<Servers> {
  const tls = await provideTls(folder);
  const [mariadbPort, redisPort] = [await findFreePort(), await findFreePort()];
  const dataFolder = join(folder, 'mariadb');
  const mariadb = await keepServer(mariadbPort, () =>
    startMariadb({
      nativeFolder: wrapMariadb(join(folder, 'native')),
      folder: dataFolder,
      port: mariadbPort,
      tls,
      master: MASTER,
      parameters: {
        // As RDS has it: what was acknowledged is on the disk.
        innodb_flush_log_at_trx_commit: '1',
        // One file for all tables, larger than the log: a limit on the size of files is then a limit on data.
        innodb_file_per_table: '0',
        innodb_log_file_size: '10M',
        innodb_autoextend_increment: '1',
      },
    }),
  );
  const redis = await keepServer(redisPort, () =>
    startRedis({
      nativeFolder: NATIVE_FOLDER,
      folder: join(folder, 'redis'),
      port: redisPort,
      tls,
      users: [{ username: MASTER.username, accessString: 'on ~* &* +@all', passwords: [MASTER.password] }],
    }),
  );
  return { mariadb: { ...mariadb, limitDisk: diskLimiter(mariadb, dataFolder) }, redis, caFile: tls.caFile, master: MASTER };
}

type Started = Awaited<ReturnType<typeof startRedis>>;

async function keepServer(port: number, start: () => Promise<Started>): Promise<Server> {
  let server = await start();
  return {
    port,
    pid: () => server.pid,
    kill: async () => {
      process.kill(server.pid, 'SIGKILL');
      await server.exited;
    },
    start: async () => {
      server = await start();
    },
    freeze: () => void process.kill(server.pid, 'SIGSTOP'),
    thaw: () => void process.kill(server.pid, 'SIGCONT'),
    stop: () => server.stop(),
  };
}

/** MariaDB does not survive the signal that Linux sends to a process whose file may not grow, unless it was told to ignore it. */
function wrapMariadb(folder: string): string {
  const natives = parseNatives(readFileSync(join(NATIVE_FOLDER, 'natives.json'), 'utf8'));
  mkdirSync(folder, { recursive: true });
  const program = join(folder, 'mariadbd');
  writeFileSync(program, `#!/bin/sh\ntrap '' XFSZ\nexec '${natives.mariadb.program}' "$@"\n`, { mode: 0o755 });
  writeFileSync(join(folder, 'natives.json'), JSON.stringify({ ...natives, mariadb: { ...natives.mariadb, program } }));
  return folder;
}

function parseNatives(text: string): { readonly mariadb: { readonly program: string } } {
  return JSON.parse(text) as { readonly mariadb: { readonly program: string } };
}

function diskLimiter(mariadb: Server, folder: string): DatabaseServer['limitDisk'] {
  try {
    execFileSync('prlimit', ['--version'], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  const data = join(folder, 'data');
  return (isFull) => {
    const largest = Math.max(...readdirSync(data).map((file) => statSync(join(data, file)).size));
    execFileSync('prlimit', ['--pid', String(mariadb.pid()), `--fsize=${isFull ? largest : 'unlimited'}:`]);
  };
}
