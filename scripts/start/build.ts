import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../steps.ts';
import { refresh } from './freshness.ts';

export const ASSEMBLY_FOLDER = join(ROOT, 'infra', 'cdk.out');

/** Synthesizes the dev stage when anything the templates or the bundled functions are made from has changed. */
export function refreshTemplates(): Promise<boolean> {
  const sources = [
    'package-lock.json',
    'contracts/src',
    'chassis/src',
    'infra/src',
    'infra/lambda',
    'services/identity/src',
    'services/jobs/src',
  ];
  return refresh({
    inputs: sources.map((source) => join(ROOT, source)),
    folder: ASSEMBLY_FOLDER,
    make: () => run('node', [join(ROOT, 'infra', 'src', 'app.ts'), '--env', 'dev']),
  });
}

/** Bundles the browser's part of the frontend. */
export function refreshWebApp(): Promise<boolean> {
  const sources = ['package-lock.json', 'contracts/src', 'services/frontend/web', 'services/frontend/package.json'];
  return refresh({
    inputs: sources.map((source) => join(ROOT, source)),
    folder: join(ROOT, 'services', 'frontend', 'dist'),
    make: () => run('npm', ['run', 'build', '--workspace', 'services/frontend']),
  });
}

/** Ends with this process. @throws Error with the end of the command's output when it fails. */
function run(file: string, words: readonly string[]): Promise<void> {
  // A group of its own, because npm and its shell do not end what they run.
  const child = spawn(file, words, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const end = (): void => void (child.pid !== undefined && process.kill(-child.pid));
  process.once('exit', end);
  let output = '';
  const collect = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-8_000);
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => process.off('exit', end));
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${[file, ...words].join(' ')} failed:\n${output}`))));
  });
}
