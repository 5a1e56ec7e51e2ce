// Whether a release may go into an environment, by what has become of the stacks there.
// A pipeline passes its commits in order and none is overtaken: of all that were pushed before or with the release, the last one tells.

/** What a pipeline did with one commit. */
export interface Execution {
  readonly id: string;
  /** CodePipeline's word: InProgress, Succeeded, Failed, Stopped … */
  readonly status: string;
  readonly startedAt: Date;
  /** Empty while the source is being fetched. */
  readonly revision: string;
}

export type Verdict =
  /** The stacks are there, or nothing was to be done to them. */
  | { readonly kind: 'ready'; readonly because: string }
  /** Ask again. */
  | { readonly kind: 'wait'; readonly because: string }
  /** They will not come by themselves. */
  | { readonly kind: 'refused'; readonly because: string };

/** One push starts both pipelines, one a little after the other. What starts later than this is of another push. */
const SAME_PUSH_MS = 5 * 60 * 1000;
const RUNNING: ReadonlySet<string> = new Set(['InProgress', 'Stopping']);

/** @param executions of the infrastructure */
export function findDecisive(executions: readonly Execution[], releaseStartedAt: Date): Execution | undefined {
  const latest = releaseStartedAt.getTime() + SAME_PUSH_MS;
  const before = executions.filter(({ startedAt }) => startedAt.getTime() <= latest);
  return before.toSorted((one, other) => other.startedAt.getTime() - one.startedAt.getTime())[0];
}

/**
 * @param decisive undefined when no change of the infrastructure came before the release
 * @param passed stages that the execution has been through
 */
export function decideInfrastructure(decisive: Execution | undefined, passed: ReadonlySet<string>, stage: string): Verdict {
  if (decisive === undefined) return { kind: 'ready', because: 'its pipeline has never been started' };
  const what = `the infrastructure of ${decisive.revision.slice(0, SHORT_HASH_LENGTH) || 'a push'} (${decisive.id})`;
  if (decisive.status === 'Succeeded' || passed.has(stage)) return { kind: 'ready', because: `${what} has passed ${stage}` };
  if (RUNNING.has(decisive.status)) return { kind: 'wait', because: `${what} has not passed ${stage}` };
  return { kind: 'refused', because: `${what} has not passed ${stage}, and is ${decisive.status}` };
}

const SHORT_HASH_LENGTH = 10;
