import { type FaultProcess, type FaultProcessOptions, type LoadedProcess, loadFaultProcess } from './fault-process.ts';

/** Keeps one more of each program loaded: imports, the most of a start, are done while a row waits for something else. */
export interface Spares {
  /** Starts the one that is loaded, or loads one; then has the next loaded. */
  start<R>(options: FaultProcessOptions<R>): Promise<FaultProcess<R>>;
  kill(): Promise<void>;
}

interface Spare {
  hasBegun: boolean;
  /** Undefined when it could not be loaded: it is then loaded again when it is needed, where its failure is seen. */
  loading: Promise<LoadedProcess<unknown> | undefined>;
}

export function createSpares(): Spares {
  const spares = new Map<string, Spare>();
  let isClosed = false;
  // One after another: they must not take the machine from the row that runs.
  let last: Promise<unknown> = Promise.resolve();
  const loadNext = (options: FaultProcessOptions<unknown>): void => {
    const spare: Spare = { hasBegun: false, loading: Promise.resolve(undefined) };
    spare.loading = last.then(() => {
      if (isClosed || spares.get(options.title) !== spare) return undefined;
      spare.hasBegun = true;
      return loadFaultProcess(options).catch(() => undefined);
    });
    last = spare.loading;
    spares.set(options.title, spare);
  };
  return {
    start: async (options) => {
      const spare = spares.get(options.title);
      spares.delete(options.title);
      const loaded = spare?.hasBegun === true ? await spare.loading : undefined;
      const started = await (loaded ?? (await loadFaultProcess(options))).start();
      loadNext(options);
      return { ...started, ready: options.ready.parse(started.ready) };
    },
    kill: async () => {
      isClosed = true;
      await Promise.all([...spares.values()].map(async ({ loading }) => (await loading)?.kill()));
    },
  };
}
