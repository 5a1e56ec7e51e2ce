import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Platform } from '../platform/platform.ts';
import type { SeededRandom } from '../random.ts';
import { type ApiClient, createApiClient } from './client.ts';
import { type ImportReport, importUpload, type ImportSize, type Upload, uploadItems } from './importer.ts';
import { createRecorder, type Memory } from './memory.ts';
import { runWriter } from './writer.ts';

/** People at work, until they are told to stop. */
export interface Load {
  readonly memory: Memory;
  readonly imports: readonly ImportReport[];
  /** Uploads a file of items, for somebody new. */
  upload(size: ImportSize): Promise<Upload>;
  /** Begins one more import beside the writes: uploads a file, unless that is done. */
  startImport(from: ImportSize | Upload): Promise<ImportReport>;
  /** A client of the catalog for what a row asks itself. */
  readonly client: ApiClient;
  /** How long clients wait for an answer. */
  setTimeoutMs(timeoutMs: number): void;
  setDescriptionLength(length: number): void;
  /** Resolves once this many more writes than now are acknowledged. */
  progress(writes: number, timeoutMs?: number): Promise<void>;
  /** Nobody begins anything new; what is under way is tried until it has an answer. */
  stop(): Promise<void>;
  close(): Promise<void>;
}

export interface LoadOptions {
  /** @default 5 */
  readonly writers?: number;
  /** Writes go to these in turn. @default the first catalog alone */
  readonly origins?: readonly string[];
}

const DEFAULT_WRITERS = 5;
const PAUSE_MS = 12;
/** Ends what never comes; a busy machine takes its time. */
const PROGRESS_TIMEOUT_MS = 90_000;
const PATIENCE_MS = 4_000;
const LOOK_MS = 10;
/** Longer than the hour by which a clock goes wrong. */
const TOKEN_SECONDS = 4 * 60 * 60;

/** What rows change while people are at work. */
interface Habits {
  isStopping: boolean;
  timeoutMs: number;
  descriptionLength: number;
}

export async function startLoad(platform: Platform, random: () => SeededRandom, options: LoadOptions): Promise<Load> {
  const recorder = createRecorder();
  const habits: Habits = { isStopping: false, timeoutMs: PATIENCE_MS, descriptionLength: 20 };
  const clients: ApiClient[] = [];
  const connect = async (origin: string, userId: string): Promise<ApiClient> => {
    const token = await platform.tokens.sign({ userId, expiresInSeconds: TOKEN_SECONDS });
    const client = createApiClient(
      () => origin,
      token,
      () => habits.timeoutMs,
    );
    clients.push(client);
    return client;
  };
  const imports = createImports((userId) => connect(platform.processes.origin('jobs'), userId));
  const origins = options.origins ?? [platform.processes.origin('catalog')];
  const write = async (index: number): Promise<void> => {
    const client = await connect(origins[index % origins.length] ?? '', randomUUID());
    await runWriter({
      client,
      recorder,
      random: random(),
      pauseMs: PAUSE_MS,
      isStopping: () => habits.isStopping,
      descriptionLength: () => habits.descriptionLength,
    });
  };
  const writers = Array.from({ length: options.writers ?? DEFAULT_WRITERS }, (_writer, index) => write(index));
  return {
    memory: recorder,
    ...imports,
    client: await connect(origins[0] ?? '', randomUUID()),
    setTimeoutMs: (value) => {
      habits.timeoutMs = value;
    },
    setDescriptionLength: (value) => {
      habits.descriptionLength = value;
    },
    progress: (writes, limitMs = PROGRESS_TIMEOUT_MS) => waitForWrites(recorder, writes, limitMs),
    stop: async () => {
      habits.isStopping = true;
      await Promise.all([...writers, imports.ended()]);
    },
    close: async () => {
      await Promise.all(clients.map((client) => client.close()));
    },
  };
}

interface Imports extends Pick<Load, 'imports' | 'upload' | 'startImport'> {
  ended(): Promise<unknown>;
}

function createImports(connect: (userId: string) => Promise<ApiClient>): Imports {
  const imports: ImportReport[] = [];
  const under = new Set<Promise<unknown>>();
  const upload = async (size: ImportSize): Promise<Upload> => {
    const ownerId = randomUUID();
    return uploadItems(await connect(ownerId), ownerId, size);
  };
  const begin = async (from: ImportSize | Upload): Promise<ImportReport> => {
    const report = await importUpload('uploadKey' in from ? from : await upload(from));
    imports.push(report);
    return report;
  };
  return {
    imports,
    upload,
    startImport: (from) => {
      const running = begin(from);
      under.add(running);
      // Whoever began it awaits it later; `stop` does in any case.
      void running.catch(() => undefined);
      return running;
    },
    ended: () => Promise.all(under),
  };
}

async function waitForWrites({ acknowledged }: Memory, writes: number, limitMs: number): Promise<void> {
  const goal = acknowledged.length + writes;
  const deadline = performance.now() + limitMs;
  while (acknowledged.length < goal) {
    if (performance.now() > deadline)
      throw new Error(`Writes do not go on: ${goal - acknowledged.length} of ${writes} had no answer within ${limitMs} ms.`);
    await delay(LOOK_MS);
  }
}
