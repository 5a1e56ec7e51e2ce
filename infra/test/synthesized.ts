import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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

/** Runs the real program in a process of its own: aws-cdk-lib is too big to be loaded by Jest. */
export function synthesizeDev(): Synthesized {
  return synthesizeBy(APP);
}

/** The same stage, after somebody changed the value of one environment variable. */
export function synthesizeWithOneVariableChanged(): Synthesized {
  return synthesizeBy(ONE_VARIABLE_APP);
}

/** Production, after somebody subscribed to Shield Advanced. */
export function synthesizeShieldedProd(): Synthesized {
  return synthesizeBy(SHIELDED_APP, '--env', 'prod');
}

/** What `npm run synth` writes without being told what: every stage, from one folder. */
export function synthesizeEverything(): { readonly folder: string; read(stage: string): Synthesized; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'torii-synth-'));
  execFileSync(process.execPath, [APP, '--output', folder], { stdio: 'pipe' });
  return { folder, read: (stage) => readStage(folder, stage), remove: () => rmSync(folder, { recursive: true }) };
}

/** What is above the environments. */
export function synthesizeOrganization(): Synthesized {
  return synthesizeBy(APP, '--stage', 'organization');
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
