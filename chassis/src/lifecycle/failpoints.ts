/**
 * Stops for fault tests, by the name of a step. Only test entry points pass any: nothing in the environment can.
 * A failpoint may wait, throw or kill the process.
 */
export type Failpoints<Step extends string> = Readonly<Partial<Record<Step, () => Promise<void> | void>>>;
