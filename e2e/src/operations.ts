// What an operator does to a running platform from outside: kill a task, wait for what should follow.
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { openPlatform } from './journey.ts';
import type { MobileClient } from './mobile-client.ts';

/** Kills the service's process without warning, and returns when another one has taken its place. */
export async function killTaskOf(service: string): Promise<void> {
  const killed = findTask(service);
  if (killed === undefined) throw new Error(`No process runs ${service}`);
  process.kill(killed, 'SIGKILL');
  for (const deadline = Date.now() + 15_000; Date.now() < deadline; await delay(50)) {
    const successor = findTask(service);
    if (successor !== undefined && successor !== killed) return;
  }
  throw new Error(`${service} was not restarted within 15 s`);
}

/** Returns when every service answers through API Gateway again. */
export async function waitUntilServed(client: MobileClient, token: string): Promise<void> {
  const paths = ['/identity/me', '/catalog/categories', '/jobs'];
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await delay(100)) {
    const answers = await Promise.all(paths.map((path) => client.call('GET', path, { token })));
    if (answers.every(({ status }) => status === 200)) return;
  }
  throw new Error('Not every service answers within 30 s');
}

/** Process id of the service's task of the platform under test: by its command line and its home folder. */
function findTask(service: string): number | undefined {
  const script = `services/${service}/src/main.ts`;
  return listProcesses().find(({ command }) => command.includes(script) && !command.includes('setpriv'))?.pid;
}

function listProcesses(): readonly { pid: number; command: string }[] {
  if (process.platform !== 'linux') return parsePs(execFileSync('ps', ['-axo', 'pid=,command='], { encoding: 'utf8' }));
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && belongsToJourney(name))
    .map((name) => ({ pid: Number(name), command: readProc(name, 'cmdline').replaceAll('\0', ' ') }));
}

/** Another platform may run on this machine: only tasks that were pointed at our broker count. */
function belongsToJourney(pid: string): boolean {
  return readProc(pid, 'environ').includes(`AWS_ENDPOINT_URL_SQS=${openPlatform().endpoints.sqs}`);
}

function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return ''; // It has ended, or belongs to another user.
  }
}

function parsePs(text: string): readonly { pid: number; command: string }[] {
  return text.split('\n').flatMap((line) => {
    const [pid, ...command] = line.trim().split(/\s+/);
    return pid === undefined || pid === '' ? [] : [{ pid: Number(pid), command: command.join(' ') }];
  });
}
