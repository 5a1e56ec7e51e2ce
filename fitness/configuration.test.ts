// docs/configuration.md against what processes really read: each config.ts is run, and the variables it asks for are noted.
import { describe, expect, it } from '@jest/globals';
import { PUBLISHERS, queueUrlVariable, type QueueName } from '@torii/contracts';
import { join } from 'node:path';
import { BACKEND_VARIABLES, COMMON_VARIABLES, OWN_VARIABLES, WORKER_VARIABLES } from '../infra/test/expected-variables.ts';
import { readWorkerConfig } from '../services/jobs/src/config.ts';
import { codeOf, listSections, readTables, type Section } from './markdown.ts';
import { listFiles, listFolders, readText, ROOT } from './repository.ts';

type ReadConfig = (env: NodeJS.ProcessEnv) => object;
const CONFIGURED: Readonly<Record<string, ReadConfig>> = { ...(await readServices()), 'jobs-worker': readWorkerConfig };
/** Functions without a config.ts: they read one variable, or none. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  'post-confirmation': 'services/identity/src/lambda/post-confirmation.ts',
  'database-provisioner': 'infra/lambda/database-provisioner.ts',
};
/** Set by the template, read by Node, the SDKs or nobody. */
const NOT_OURS = new Set(['NODE_EXTRA_CA_CERTS', '_X_AMZN_TRACE_ID']);
/** The fewest a service can have; a reader that notes nothing would pass every comparison. */
const VARIABLES_FLOOR = 8;

async function readServices(): Promise<Readonly<Record<string, ReadConfig>>> {
  const readers = listFolders('services').map(async (service) => {
    const { readConfig } = parseConfigModule(await import(join(ROOT, 'services', service, 'src/config.ts')));
    return [service, readConfig] as const;
  });
  return Object.fromEntries(await Promise.all(readers));
}

function parseConfigModule(module: unknown): { readonly readConfig: ReadConfig } {
  return module as { readonly readConfig: ReadConfig };
}

const REQUIRED = '**required**';
const NONE = '*none*';

interface Variable {
  readonly name: string;
  readonly unit: string;
  readonly default: string;
  readonly inTemplate: string;
}

const page = readText('docs/configuration.md');
const sections = listSections(page, 2);
const processesOf = ({ text }: Section): readonly string[] => /^\*\*Read by\*\* (.+)$/m.exec(text)?.[1]?.split(' · ') ?? [];

/** What the page says a process reads. */
function listDocumented(process: string): readonly Variable[] {
  const tables = sections.filter((section) => processesOf(section).includes(process)).flatMap(({ text }) => readTables(text));
  return tables.map((row) => ({
    name: codeOf(row['variable'] ?? ''),
    unit: row['unit'] ?? '',
    default: codeOf(row['default'] ?? ''),
    inTemplate: row['in the template'] ?? '',
  }));
}

/** The variables a config.ts asks for. */
function noteVariables(readConfig: ReadConfig): ReadonlySet<string> {
  const asked = new Set<string>();
  const env = new Proxy<NodeJS.ProcessEnv>({}, { get: (_target, name) => void asked.add(String(name)) });
  expect(() => readConfig(env)).toThrow('its environment is incomplete');
  return asked;
}

/** The variables a function reads by itself. */
function scanVariables(source: string): ReadonlySet<string> {
  const direct = [...source.matchAll(/process\.env\['(\w+)'\]/g)].map(([, name]) => name ?? '');
  const queues = [...source.matchAll(/queueUrlVariable\('([a-z-]+)'\)/g)].map(([, name]) => queueUrlVariable(parseQueueName(name)));
  return new Set([...direct, ...queues].filter((name) => !NOT_OURS.has(name)));
}

function parseQueueName(name: string | undefined): QueueName {
  return name as QueueName;
}

function sampleOf(name: string): string {
  if (name.endsWith('_PORT') || name === 'PORT') return '80';
  if (name.endsWith('_ARN')) return 'arn:aws:sample';
  if (name.endsWith('_URL') || name.endsWith('_ISSUER')) return 'https://example.com';
  return 'x'.repeat(32);
}

describe.each(Object.entries(CONFIGURED))('configuration of %s', (process, readConfig) => {
  const documented = listDocumented(process);

  it('is documented variable by variable', () => {
    const asked = noteVariables(readConfig);
    expect(asked.size).toBeGreaterThanOrEqual(VARIABLES_FLOOR);
    expect(documented.map(({ name }) => name).toSorted()).toEqual([...asked].toSorted());
  });

  it('requires what the page calls required, and nothing else', () => {
    let message = '';
    try {
      readConfig({});
    } catch (error) {
      message = String(error);
    }
    const required = [...message.matchAll(/^ {2}(\w+): is not set$/gm)].map(([, name]) => name ?? '');
    expect(documented.flatMap((variable) => (variable.default === REQUIRED ? [variable.name] : [])).toSorted()).toEqual(
      required.toSorted(),
    );
  });

  it('has the defaults that the page says', () => {
    const required = documented.filter((variable) => variable.default === REQUIRED);
    const config = readConfig(Object.fromEntries(required.map(({ name }) => [name, sampleOf(name)])));
    const settings = new Map(Object.entries(config).map(([key, value]) => [key.replaceAll(/[A-Z]/g, '_$&').toUpperCase(), String(value)]));
    const defaults = documented.flatMap((variable) => (variable.default === REQUIRED ? [] : [[variable.name, variable.default] as const]));
    expect(defaults.map(([name]) => [name, settings.get(name) ?? NONE])).toEqual(defaults);
  });

  it('has a unit for every variable', () => {
    expect(documented.flatMap(({ name, unit }) => (unit === '' ? [name] : []))).toEqual([]);
  });
});

describe.each(Object.entries(FUNCTIONS))('configuration of %s', (process, file) => {
  it('is documented variable by variable', () => {
    const documented = listDocumented(process).map(({ name }) => name);
    expect(sections.flatMap(processesOf)).toContain(process);
    expect(documented.toSorted()).toEqual([...scanVariables(readText(file))].toSorted());
  });
});

describe('variables of the templates', () => {
  const frontend = [...readText('infra/src/stacks/frontend-stack.ts').matchAll(/\b([A-Z]+(?:_[A-Z]+)+): /g)].map(([, name]) => name ?? '');
  const inTemplates = {
    ...Object.fromEntries(PUBLISHERS.map((name) => [name, [...COMMON_VARIABLES, ...BACKEND_VARIABLES, ...(OWN_VARIABLES[name] ?? [])]])),
    frontend: [...COMMON_VARIABLES, ...frontend],
    'jobs-worker': WORKER_VARIABLES,
  };

  it.each(Object.entries(inTemplates))('of %s are those that the page calls set', (process, variables) => {
    const documented = listDocumented(process).filter(({ inTemplate }) => !inTemplate.startsWith('not set'));
    const read = variables.filter((name) => !NOT_OURS.has(name));
    expect(documented.map(({ name }) => name).toSorted()).toEqual(read.toSorted());
  });
});

const OWN_FILE = 'fitness/configuration.test.ts';

describe("variables of the repository's own commands", () => {
  it('are documented, but for what test levels hand their own workers', () => {
    const sources = listFiles().filter((path) => /\.(ts|mjs|yaml)$/.test(path) && path !== OWN_FILE);
    const named = sources
      .flatMap((path) => [...readText(path).matchAll(/\b(?:TORII_(?!TEST_|SYNTHESIZED)[A-Z_]+|TEST_LOG_LEVEL)\b/g)])
      .map(([name]) => name);
    const section = sections.find(({ title }) => title === "The repository's own commands");
    expect(named.length).toBeGreaterThan(0);
    expect(
      readTables(section?.text ?? '')
        .flatMap((row) => (row['variable'] ?? '').split(', ').map(codeOf))
        .toSorted(),
    ).toEqual([...new Set(named)].toSorted());
  });
});

describe('the notes on variables', () => {
  it('notice a variable that the page lacks', () => {
    const readConfig: ReadConfig = (env) => {
      throw new Error(`its environment is incomplete: ${String(env['CANARY'])}`);
    };
    expect([...noteVariables(readConfig)]).toEqual(['CANARY']);
    expect(scanVariables("process.env['CANARY']; queueUrlVariable('jobs-events')")).toEqual(new Set(['CANARY', 'JOBS_EVENTS_QUEUE_URL']));
    expect(listDocumented('catalog').map(({ name }) => name)).not.toContain('CANARY');
  });
});
