// Every command of package.json says how it is used and what it does not take, before it does anything.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readText, ROOT } from './repository.ts';

interface Outcome {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** As many at once as small machines have cores. */
const LANES = 2;
/** Ends a command that runs instead of answering. */
const TIMEOUT_MS = 30_000;
const BOOTSTRAP = /^node scripts\/bootstrap\.mjs (?:--no-natives )?(\S+\.ts)$/;
/** Other programs, which answer for themselves. */
const FOREIGN = ['format', 'test:changed'];

const { scripts } = JSON.parse(readText('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
/** Name and program. What the bootstrap makes ready is ready, as this test runs. */
const commands = Object.entries(scripts).flatMap(([name, script]): readonly (readonly [string, string])[] => {
  const program = BOOTSTRAP.exec(script)?.[1];
  return program === undefined ? [] : [[name, program]];
});

let cache: string;
beforeAll(() => {
  cache = mkdtempSync(join(tmpdir(), 'torii-commands-'));
});
afterAll(() => rmSync(cache, { recursive: true, force: true }));

function run(program: string, word: string): Promise<Outcome> {
  // A home that cannot be one: a command that gets that far fails. What they share is compiled once.
  const env = { ...process.env, NODE_OPTIONS: '', TORII_HOME: '/dev/null/home', NODE_COMPILE_CACHE: cache };
  return new Promise((resolve) => {
    execFile(process.execPath, [join(ROOT, program), word], { cwd: ROOT, env, timeout: TIMEOUT_MS }, (error, output, errors) => {
      resolve({ code: error === null ? 0 : Number(error.code), output, errors });
    });
  });
}

/** Answers of every command to one word, by the command's name. */
async function runAll(word: string): Promise<ReadonlyMap<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  const waiting = [...commands];
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) outcomes.set(next[0], await run(next[1], word));
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return outcomes;
}

describe('commands of package.json', () => {
  it('are ours, but for those that are listed as others', () => {
    expect(commands.length).toBeGreaterThan(15);
    expect(Object.keys(scripts).filter((name) => !commands.some(([own]) => own === name))).toEqual(FOREIGN);
  });

  describe.each(['--help', '--nope'])('with %s', (word) => {
    let outcomes: ReadonlyMap<string, Outcome>;
    beforeAll(async () => {
      outcomes = await runAll(word);
    });

    it.each(commands.map(([name]) => name))('%s answers', (name) => {
      const outcome = outcomes.get(name);
      const [first = ''] = (outcome?.errors ?? '').trim().split('\n');
      if (word === '--help') expect(outcome).toEqual({ code: 0, output: expect.stringMatching(/^Usage: npm (run )?\S/), errors: '' });
      else
        expect({ code: outcome?.code, output: outcome?.output, first }).toEqual({
          code: 2,
          output: '',
          first: expect.stringContaining('--nope'),
        });
      expect(outcome?.errors).not.toMatch(/\n\s+at /);
    });
  });
});
