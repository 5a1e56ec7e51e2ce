import { z } from 'zod';

// The child's side of platform/fault-process.ts. A child whose parent is gone ends: nothing outlives a run.

/** What the parent asks: `start` lets a program run that has been loaded ahead; `arm` makes the next arrival at a step wait, `release` lets it go on; `ask` is answered by the program itself. */
export const request = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('start') }),
  z.object({ kind: z.literal('arm'), step: z.string() }),
  z.object({ kind: z.literal('release'), step: z.string() }),
  z.object({ kind: z.literal('ask'), id: z.number(), question: z.string(), words: z.array(z.string()) }),
]);
export type Request = z.infer<typeof request>;

export type Answerer = (question: string, words: readonly string[]) => Promise<unknown>;

const armed = new Set<string>();
const standing = new Map<string, () => void>();

/** Everything is imported; nothing has begun. Resolves when the parent wants it to. */
export function toldToStart(): Promise<void> {
  return new Promise((resolve) => {
    begin = resolve;
    process.send?.({ kind: 'loaded' });
  });
}

let begin = (): void => undefined;

/** Tells the parent that this process is ready, and with what; then obeys it. */
export function serveParent(ready: object, answer: Answerer = async () => null): void {
  process.send?.({ kind: 'ready', ready });
  answerer = answer;
}

let answerer: Answerer = async () => null;

/** A failpoint: everybody passes, but the first to arrive after the parent has armed it tells the parent and stands until it is let go. */
export function failpoint(step: string): () => Promise<void> {
  return async () => {
    if (!armed.delete(step)) return;
    await new Promise<void>((resolve) => {
      standing.set(step, resolve);
      process.send?.({ kind: 'reached', step });
    });
  };
}

/** For steps that cannot wait: true when the parent wants somebody to stand here. */
export function isArmed(step: string): boolean {
  return armed.has(step);
}

process.on('disconnect', () => process.exit(1));
process.on('message', (message) => {
  const asked = request.parse(message);
  if (asked.kind === 'start') begin();
  else if (asked.kind === 'arm') armed.add(asked.step);
  else if (asked.kind === 'release') release(asked.step);
  else void reply(asked.id, async () => (asked.question === 'clock' ? Date.now() : answerer(asked.question, asked.words)));
});

function release(step: string): void {
  armed.delete(step);
  standing.get(step)?.();
  standing.delete(step);
}

async function reply(id: number, answer: () => Promise<unknown>): Promise<void> {
  const outcome = await answer().then(
    (value) => ({ value }),
    (error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }),
  );
  process.send?.({ kind: 'answer', id, ...outcome });
}
