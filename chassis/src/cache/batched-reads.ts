/**
 * Reads in one command whatever one turn of the event loop asks for: the more callers there are, the less a read costs. What a key holds is
 * asked for after the caller has come, as without it.
 * @param readAll answers in the order of the keys
 */
export function createBatchedReads<T>(
  readAll: (keys: readonly string[]) => Promise<readonly T[]>,
): (key: string) => Promise<T | undefined> {
  let keys: string[] = [];
  let answers: Promise<readonly T[]>;

  const readThisTurn = (): Promise<readonly T[]> =>
    new Promise((resolve) => {
      setImmediate(() => {
        const asked = keys;
        keys = [];
        resolve(readAll(asked));
      });
    });
  return async (key) => {
    if (keys.length === 0) answers = readThisTurn();
    const index = keys.push(key) - 1;
    return (await answers)[index];
  };
}
