// Runs buildspec.yml in a copy of the repository, as CodeBuild runs it: one command after the other, until one fails.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { parse } from 'yaml';
import { copyRepository } from './copy-repository.ts';

interface BuildSpec {
  readonly env: { readonly variables: Readonly<Record<string, string>> };
  readonly phases: Readonly<Record<string, { readonly commands: readonly string[] }>>;
  readonly artifacts: { readonly 'base-directory': string };
}

export interface Outcome {
  readonly code: number | null;
  /** Both streams, as they came. */
  readonly output: string;
}

export interface Rehearsal {
  readonly folder: string;
  /** First in PATH. */
  readonly programs: string;
  run(env: Readonly<Record<string, string>>): Promise<Outcome>;
  hasArtifact(name: string): boolean;
  readArtifact(name: string): string;
  remove(): void;
}

export function prepareRehearsal(): Rehearsal {
  const folder = copyRepository('deliver');
  const programs = join(folder, 'programs');
  mkdirSync(programs);
  const spec = parse(readFileSync(join(folder, 'buildspec.yml'), 'utf8')) as BuildSpec;
  const artifact = (name: string): string => join(folder, spec.artifacts['base-directory'], name);
  return {
    folder,
    programs,
    run: async (variables) => {
      const path = [programs, process.env['PATH']].join(delimiter);
      const env = { ...spec.env.variables, ...variables, PATH: path, HOME: folder, FORCE_COLOR: '0' };
      let outcome: Outcome = { code: 0, output: '' };
      for (const command of Object.values(spec.phases).flatMap((phase) => phase.commands))
        if (outcome.code === 0) outcome = await runCommand(command, { folder, env, before: outcome.output });
      return outcome;
    },
    hasArtifact: (name) => existsSync(artifact(name)),
    readArtifact: (name) => readFileSync(artifact(name), 'utf8'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

interface Surroundings {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Output of the commands so far. */
  readonly before: string;
}

function runCommand(command: string, { folder, env, before }: Surroundings): Promise<Outcome> {
  const child = spawn('sh', ['-c', command], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = before;
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })));
}
