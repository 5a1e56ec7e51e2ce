/** What became of a batch that may have been run with others. */
export interface Gathered<R> {
  readonly outcome: R;
  /** Whether others were run along with it, and share its outcome. */
  readonly isShared: boolean;
}

export interface Gathering<T, R> {
  readonly isBusy: boolean;
  run(batch: readonly T[]): Promise<Gathered<R>>;
}

interface Waiting<T, R> {
  readonly batch: readonly T[];
  readonly resolve: (gathered: Gathered<R>) => void;
  readonly reject: (error: unknown) => void;
}

/** Runs one batch at a time. Those that come meanwhile are run together, once it is done. */
export function gatherBatches<T, R>(run: (items: readonly T[]) => Promise<R>): Gathering<T, R> {
  const waiting: Waiting<T, R>[] = [];
  let isBusy = false;
  const work = async (): Promise<void> => {
    isBusy = true;
    while (waiting.length > 0) {
      const group = waiting.splice(0);
      try {
        const outcome = await run(group.flatMap(({ batch }) => batch));
        for (const { resolve } of group) resolve({ outcome, isShared: group.length > 1 });
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    isBusy = false;
  };
  return {
    get isBusy() {
      return isBusy;
    },
    run: (batch) =>
      new Promise((resolve, reject) => {
        waiting.push({ batch, resolve, reject });
        if (!isBusy) void work();
      }),
  };
}
