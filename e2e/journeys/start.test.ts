// What a person meets who starts, interrupts or resets a platform at the wrong moment: a message, and nothing left behind.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openPlatform } from '../src/journey.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const PORT_BASE = 19_100;
const MARIADB_PORT = PORT_BASE + 7;
/** Ends what never comes: a start synthesizes first when a source is newer than the templates. */
const TIMEOUT_MS = 180_000;
const OUTCOME_TIMEOUT_MS = 120_000;

interface Script {
  readonly child: ChildProcess;
  /** What it has printed, when it has ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly output: string }>;
}

function run(name: string, home: string): Script {
  const env = { ...process.env, TORII_HOME: home, TORII_PORT: String(PORT_BASE), NODE_OPTIONS: '' };
  const child = spawn(process.execPath, [join(ROOT, 'scripts', name)], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const collect = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, output }));
  running.add(child);
  void ended.finally(() => running.delete(child));
  return { child, ended };
}

const running = new Set<ChildProcess>();
// A test that has failed must not leave a platform behind.
afterEach(async () => {
  for (const child of running) {
    child.kill('SIGINT');
    await once(child, 'close');
  }
}, TIMEOUT_MS);

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const heard = await Promise.race([once(socket, 'connect').then(() => true), once(socket, 'error').then(() => false)]).catch(() => false);
  socket.destroy();
  return heard;
}

async function until(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + OUTCOME_TIMEOUT_MS; Date.now() < deadline; await delay(50)) if (await isTrue()) return;
  throw new Error(`${what}: not within ${OUTCOME_TIMEOUT_MS / 1000} s`);
}

describe('the start', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'torii-start-'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  it(
    'leaves no process and no socket when it is interrupted',
    async () => {
      const { child, ended } = run('start.ts', home);
      await until('MariaDB listens', () => isListening(MARIADB_PORT));
      child.kill('SIGINT');
      const { code, output } = await ended;
      expect([code, output]).toEqual([130, expect.not.stringMatching(/ at |Error/)]);
      await until('MariaDB has ended', async () => !(await isListening(MARIADB_PORT)));
    },
    TIMEOUT_MS,
  );

  it(
    'says what it cannot write and what to do, without a stack',
    async () => {
      writeFileSync(join(home, 'state'), 'no folder');
      const { code, output } = await run('start.ts', home).ended;
      expect([code, output]).toEqual([1, expect.stringContaining(`The platform cannot keep its state in ${home}`)]);
      expect(output).not.toMatch(/\n\s+at /);
    },
    TIMEOUT_MS,
  );
});

describe('a running platform', () => {
  const journeyHome = (): string => {
    openPlatform();
    return process.env['TORII_JOURNEY_HOME'] ?? '';
  };

  it(
    'keeps its home from another one',
    async () => {
      const { code, output } = await run('start.ts', journeyHome()).ended;
      const pid = Number.parseInt(readFileSync(join(journeyHome(), 'platform.pid'), 'utf8'), 10);
      expect([code, output]).toEqual([1, expect.stringContaining(`it already runs as process ${pid} with its state in`)]);
    },
    TIMEOUT_MS,
  );

  it(
    'keeps its state from a reset',
    async () => {
      const { code, output } = await run('reset.ts', journeyHome()).ended;
      expect([code, output]).toEqual([1, expect.stringContaining('cannot be cleared: the platform is running as process')]);
      expect(existsSync(join(journeyHome(), 'state', 'resources.json'))).toBe(true);
    },
    TIMEOUT_MS,
  );
});
