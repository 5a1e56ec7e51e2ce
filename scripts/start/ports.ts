// Names who holds a busy port, so that the message says what to stop.
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** The database of a platform that was killed a moment ago writes its last pages before it ends. */
const PATIENCE_MS = 2_000;
const POLL_INTERVAL_MS = 100;

/** @throws Error that names every busy port and, where the system tells, its holder. */
export async function assertPortsFree(ports: Readonly<Record<string, number>>): Promise<void> {
  let busy = await listBusy(ports);
  for (const deadline = Date.now() + PATIENCE_MS; busy.length > 0 && Date.now() < deadline; busy = await listBusy(ports))
    await delay(POLL_INTERVAL_MS);
  if (busy.length === 0) return;
  const lines = busy.map(({ name, port }) => `  ${port} (${name}) is held by ${findHolder(port) ?? 'another process'}`);
  throw new Error(
    `The platform cannot start, ports are busy:\n${lines.join('\n')}\n` +
      'Stop what holds them, or choose another range, for example: TORII_PORT=8100 npm start',
  );
}

async function listBusy(ports: Readonly<Record<string, number>>): Promise<readonly { readonly name: string; readonly port: number }[]> {
  const checks = Object.entries(ports).map(async ([name, port]) => ((await isFree(port)) ? [] : [{ name, port }]));
  return (await Promise.all(checks)).flat();
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Linux only: the process that owns the listening socket, by /proc. */
function findHolder(port: number): string | undefined {
  try {
    const hex = port.toString(16).toUpperCase().padStart(4, '0');
    const rows = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) => readFileSync(file, 'utf8').trim().split('\n').slice(1));
    const columns = rows.map((row) => row.trim().split(/\s+/));
    const inode = columns.find((column) => column[1]?.endsWith(`:${hex}`) === true && column[3] === '0A')?.[9];
    return inode === undefined ? undefined : findProcess(`socket:[${inode}]`);
  } catch {
    return undefined;
  }
}

function findProcess(socket: string): string | undefined {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (!ownsSocket(pid, socket)) continue;
    return `process ${pid} (${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim().slice(0, 80)})`;
  }
  return undefined;
}

function ownsSocket(pid: string, socket: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === socket);
  } catch {
    return false; // Another user's process, or one that has just ended.
  }
}
