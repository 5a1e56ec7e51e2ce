import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SYNTHESIZED_VARIABLE } from './global-setup.ts';
import { parseManifest, parseTemplate, type Resource, type Template } from './template.ts';

const APP = fileURLToPath(new URL('../src/app.ts', import.meta.url));
const SHIELDED_APP = fileURLToPath(new URL('./fixtures/shielded-app.ts', import.meta.url));
const ONE_VARIABLE_APP = fileURLToPath(new URL('./fixtures/one-variable-app.ts', import.meta.url));

export interface Found extends Resource {
  readonly stack: string;
  readonly logicalId: string;
}

/** What `npm run synth` writes, read back. */
export interface Synthesized {
  readonly folder: string;
  /** By stack name. */
  readonly templates: ReadonlyMap<string, Template>;
  readonly resources: readonly Found[];
  /** Every resource of the type, in all stacks. */
  find(type: string): readonly Found[];
  /** @throws Error when there is not exactly one */
  get(type: string): Found;
  remove(): void;
}

/** What `npm run synth` says of one stage. Made once for all test files of a run, and not to be changed. */
export function getStage(stage: string): Synthesized {
  return { ...readStage(shareEverything(), stage), remove: () => undefined };
}

/** A stage alone, by the program of another clone of the repository. */
export function synthesizeIn(repository: string, stage: string): { readonly folder: string; readonly stageFolder: string } {
  const folder = join(repository, 'infra', 'cdk.out');
  execFileSync(process.execPath, [join(repository, 'infra/src/app.ts'), '--env', stage, '--output', folder], { stdio: 'pipe' });
  return { folder, stageFolder: join(folder, `assembly-${stage}`) };
}

/** Dev, after somebody changed one environment variable of one service. */
export function synthesizeWithOneVariableChanged(): Synthesized {
  return synthesizeBy(ONE_VARIABLE_APP);
}

/** Production, after somebody subscribed to Shield Advanced. */
export function synthesizeShieldedProd(): Synthesized {
  return synthesizeBy(SHIELDED_APP, '--env', 'prod');
}

/** What is above the environments. */
export function synthesizeOrganization(): Synthesized {
  return synthesizeBy(APP, '--stage', 'organization');
}

/** How long a file waits for the one that synthesizes: a quarter of a minute, longer on a busy machine. */
const SHARED_TIMEOUT_MS = 240_000;

/** The folder of everything: the test file that comes first makes it, the others wait. */
function shareEverything(): string {
  const home = process.env[SYNTHESIZED_VARIABLE];
  if (home === undefined) throw new Error(`Nothing can be shared: ${SYNTHESIZED_VARIABLE} is not set, which Jest's global set-up does.`);
  const [folder, done, failed] = [join(home, 'cdk.out'), join(home, 'done'), join(home, 'failed')];
  if (isFirst(join(home, 'begun'))) {
    try {
      execFileSync(process.execPath, [APP, '--output', folder], { stdio: 'pipe' });
      writeFileSync(done, '');
    } catch (error) {
      writeFileSync(failed, String(error));
    }
  }
  for (const startedAt = Date.now(); !existsSync(done); sleep(POLL_MS)) {
    if (existsSync(failed)) throw new Error(readFileSync(failed, 'utf8'));
    if (Date.now() - startedAt > SHARED_TIMEOUT_MS) throw new Error(`Nothing was synthesized into ${folder} in ${SHARED_TIMEOUT_MS} ms.`);
  }
  return folder;
}

const POLL_MS = 100;

/** Of all test files, by making what only one can make. */
function isFirst(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch {
    return false;
  }
}

function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function synthesizeBy(program: string, option = '--env', stage = 'dev'): Synthesized {
  const folder = mkdtempSync(join(tmpdir(), 'torii-synth-'));
  execFileSync(process.execPath, [program, option, stage, '--output', folder], { stdio: 'pipe' });
  return readStage(folder, stage);
}

function readStage(folder: string, stage: string): Synthesized {
  const templates = readTemplates(join(folder, `assembly-${stage}`));
  const resources = [...templates].flatMap(([stack, template]) =>
    Object.entries(template.Resources).map(([logicalId, resource]) => ({ stack, logicalId, ...resource })),
  );
  const find = (type: string): readonly Found[] => resources.filter((resource) => resource.Type === type);
  return {
    folder,
    templates,
    resources,
    find,
    get(type) {
      const [first, ...others] = find(type);
      if (!first || others.length > 0) throw new Error(`There is not exactly one ${type}.`);
      return first;
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

function readTemplates(folder: string): ReadonlyMap<string, Template> {
  const manifest = parseManifest(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  return new Map(
    readdirSync(folder)
      .filter((file) => file.endsWith('.template.json'))
      .map((file) => [manifest.stackNameOf(file), parseTemplate(readFileSync(join(folder, file), 'utf8'))]),
  );
}
