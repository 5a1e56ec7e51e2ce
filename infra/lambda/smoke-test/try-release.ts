import { setTimeout as delay } from 'node:timers/promises';
import { ask, type Answer, type Target } from './ask.ts';

/** One thing that anybody can see of the service; `SmokeTest` of infra/src/constructs/service/deployable.ts. */
export interface Behaviour {
  readonly path: string;
  readonly expects: string;
}

export interface Trial {
  readonly target: Target;
  /** What `/readyz` must call itself: the listener may still lead to the release before. */
  readonly release: string;
  readonly behaviour: Behaviour;
  /** Between two questions. @default 2000 */
  readonly pauseMs?: number;
}

/** In a row: a load balancer takes some seconds until all of it has changed over. */
const READY_ANSWERS = 3;
/** A task may be taken away while it answers. */
const ATTEMPTS = 3;
const PAUSE_MS = 2_000;
/** Enough of an answer to recognise it by. */
const SHOWN_CHARACTERS = 200;

/**
 * Waits until the release is ready, then looks at one behaviour of it.
 * @throws Error that says what was wrong, when it was still wrong as `signal` ended the trial
 */
export async function tryRelease(trial: Trial, signal: AbortSignal): Promise<void> {
  await waitUntilReady(trial, signal);
  await lookAtBehaviour(trial, signal);
}

async function waitUntilReady(trial: Trial, signal: AbortSignal): Promise<void> {
  const { target, release, pauseMs = PAUSE_MS } = trial;
  let last = 'nothing has answered';
  for (let inARow = 0; inARow < READY_ANSWERS; await pause(inARow === 0 ? pauseMs : pauseMs / 10, signal)) {
    if (signal.aborted) throw new Error(`Release ${release} of ${target.service} is not ready: ${last}.`);
    const fault = await ask(target, '/readyz', signal).then((answer) => findReadinessFault(answer, release), String);
    inARow = fault === undefined ? inARow + 1 : 0;
    // The last fault is the one that the end of the trial is blamed on, not the end itself.
    if (fault !== undefined && !signal.aborted) last = fault;
  }
}

function findReadinessFault(answer: Answer, release: string): string | undefined {
  const found = parseJson(answer.body)['release'];
  if (found !== release) return `/readyz is answered by ${typeof found === 'string' ? `release ${found}` : show(answer)}`;
  return answer.status === 200 ? undefined : `/readyz answers ${show(answer)}`;
}

async function lookAtBehaviour({ target, behaviour, release, pauseMs = PAUSE_MS }: Trial, signal: AbortSignal): Promise<void> {
  const { path, expects } = behaviour;
  const findFault = FAULTS[expects];
  if (!findFault) throw new Error(`${path} of ${target.service} cannot be tried: nobody knows what '${expects}' looks like.`);
  let fault: string | undefined;
  for (let attempt = 1; attempt <= ATTEMPTS && !signal.aborted; attempt += 1) {
    fault = await ask(target, path, signal).then(findFault, String);
    if (fault === undefined) return;
    await pause(pauseMs, signal);
  }
  throw new Error(
    `Release ${release} of ${target.service} does not answer ${path} with ${expects}: ${fault ?? 'there was no time to ask'}.`,
  );
}

/** What is wrong with an answer, by what it should have been. */
const FAULTS: Readonly<Record<string, (answer: Answer) => string | undefined>> = {
  'a 401 problem': (answer) => {
    const { status, code, title } = parseJson(answer.body);
    const isProblem = headerOf(answer, 'content-type').startsWith('application/problem+json');
    const isComplete = status === 401 && typeof title === 'string' && typeof code === 'string' && /^[A-Z_]+$/.test(code);
    return answer.status === 401 && isProblem && isComplete ? undefined : `it answers ${show(answer)}`;
  },
  'a page': (answer) => {
    const isPage = answer.status === 200 && headerOf(answer, 'content-type').startsWith('text/html');
    if (!isPage) return `it answers ${show(answer)}`;
    return headerOf(answer, 'content-security-policy').includes('script-src') ? undefined : 'the page has no content security policy';
  },
};

function headerOf({ headers }: Answer, name: string): string {
  return String(headers[name] ?? '');
}

function show(answer: Answer): string {
  return `${answer.status} ${headerOf(answer, 'content-type')} ${answer.body.slice(0, SHOWN_CHARACTERS)}`;
}

function parseJson(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

/** Ends with the trial, without an error: whoever waits looks at `signal` next. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}
