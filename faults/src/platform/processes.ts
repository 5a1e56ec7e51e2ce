import { join } from 'node:path';
import { findFreePort } from '@torii/testing';
import { z } from 'zod';
import { type FaultProcess, startFaultProcess } from './fault-process.ts';
import type { Spares } from './spares.ts';

/** `catalog-2`: a second task of the same service, on an address of its own. */
export type ProcessName = 'catalog' | 'catalog-2' | 'jobs' | 'worker' | 'worker-2' | 'ledger' | 'ledger-2';

const PROGRAMS: Readonly<Record<ProcessName, string>> = {
  catalog: 'catalog',
  'catalog-2': 'catalog',
  jobs: 'jobs',
  worker: 'worker',
  'worker-2': 'worker',
  ledger: 'ledger',
  'ledger-2': 'ledger',
};

export interface StartOptions {
  /** Modules loaded before the program: a canary, a clock that is wrong. */
  readonly preload?: readonly URL[];
  readonly env?: Readonly<Record<string, string>>;
}

/** The services' processes, each at the same address whenever it is started again. */
export interface Processes {
  start(name: ProcessName, options?: StartOptions): Promise<void>;
  get(name: ProcessName): FaultProcess<unknown>;
  kill(name: ProcessName): Promise<void>;
  /** Kills it if it runs, and starts it. */
  restart(name: ProcessName, options?: StartOptions): Promise<void>;
  isRunning(name: ProcessName): boolean;
  origin(name: ProcessName): string;
  /** Whichever is frozen goes on. */
  thaw(): void;
  killAll(): Promise<void>;
}

export interface ProcessesOptions {
  readonly folder: string;
  readonly spares: Spares;
  readonly envOf: (name: ProcessName) => Record<string, string>;
}

export async function createProcesses({ folder, spares, envOf }: ProcessesOptions): Promise<Processes> {
  const running = new Map<ProcessName, FaultProcess<unknown>>();
  const names: readonly ProcessName[] = ['catalog', 'catalog-2', 'jobs'];
  const ports = new Map<ProcessName, number>();
  for (const name of names) ports.set(name, await findFreePort());
  const get = (name: ProcessName): FaultProcess<unknown> => {
    const found = running.get(name);
    if (found === undefined) throw new Error(`${name} cannot be used: it was never started.`);
    return found;
  };
  const start = async (name: ProcessName, options: StartOptions = {}): Promise<void> => {
    // A second task is started once or twice in a run, and what is preloaded makes a program another one.
    const isUsual = PROGRAMS[name] === name && Object.keys(options).length === 0;
    const launch = isUsual ? spares.start : startFaultProcess;
    const started = await launch({
      title: name,
      program: new URL(`../processes/${PROGRAMS[name]}.ts`, import.meta.url),
      preload: options.preload ?? [],
      env: { ...envOf(name), PORT: String(ports.get(name) ?? 0), ...options.env },
      logFile: join(folder, `${name}.log`),
      ready: z.unknown(),
    });
    running.set(name, started);
  };
  const kill = async (name: ProcessName): Promise<void> => {
    if (running.get(name)?.isRunning() === true) await get(name).kill();
  };
  return {
    start,
    get,
    kill,
    restart: async (name, options) => {
      await kill(name);
      await start(name, options);
    },
    isRunning: (name) => running.get(name)?.isRunning() === true,
    origin: (name) => `http://127.0.0.1:${ports.get(name) ?? 0}`,
    thaw: () => {
      for (const each of running.values()) if (each.isRunning()) each.thaw();
    },
    killAll: async () => {
      await Promise.all([...running.keys()].map(kill));
    },
  };
}
