// What an operator types: `npm run dlq`, `npm run replay` and `npm run logs`, against the platform under test.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const SOURCES = join(import.meta.dirname, '..', '..', 'operations', 'src');
/** A projection of a whole platform is built again in less. */
const TIMEOUT_MS = 240_000;

export function runCommand(command: 'dlq' | 'replay' | 'logs', ...words: readonly string[]): Promise<CommandResult> {
  const env = { ...process.env, NODE_OPTIONS: '', TORII_HOME: process.env['TORII_JOURNEY_HOME'] };
  const child = spawn(process.execPath, [join(SOURCES, `${command}.ts`), ...words], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
  });
  const texts = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (texts.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (texts.stderr += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...texts }));
  });
}

/** Parses what it prints with `--json`. @throws Error with all it printed when it did not end with 0 */
export async function runForJson<Result>(command: 'dlq' | 'replay' | 'logs', ...words: readonly string[]): Promise<Result> {
  const { code, stdout, stderr } = await runCommand(command, ...words, '--json');
  if (code !== 0) throw new Error(`npm run ${command} ${words.join(' ')} ended with ${code}:\n${stdout}\n${stderr}`);
  return parseResult<Result>(stdout);
}

function parseResult<Result>(text: string): Result {
  return JSON.parse(text) as Result;
}
