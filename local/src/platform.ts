// Boots a synthesized stage on this machine.
import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readAssembly, type Assembly, type Stack } from './assembly.ts';
import { keepAssets } from './assets.ts';
import { createCloud, type Cloud } from './cloud.ts';
import { applyStacks, type ChangeCounts } from './engine.ts';
import { platformFileOf, stateFolderOf, takeHome } from './home.ts';
import { NO_LOCAL_MEANING } from './no-local-meaning.ts';
import { describePlatform, type PlatformFile } from './platform-file.ts';
import type { LocalProcess } from './processes/local-process.ts';
import { PORT_NAMES, type LocalContext, type PortName } from './provider.ts';
import { openState, type PlatformState } from './state.ts';
import { replaceFile } from './state-files.ts';
import { provideTls } from './tls.ts';

export interface StartOptions {
  /** The repository; containers' commands run here. */
  readonly root: string;
  /** Output folder of `cdk synth`. */
  readonly assemblyFolder: string;
  readonly stage: string;
  /** Folder for everything that survives a restart. */
  readonly home: string;
  /** First of the platform's ports. */
  readonly portBase: number;
  /** Restart a service when its source changes. */
  readonly watch: boolean;
  /** Shows a step while it works. */
  step<T>(name: string, work: (report: (remark: string) => void) => Promise<T>, describe?: (result: T) => string): Promise<T>;
}

export interface Platform {
  readonly file: PlatformFile;
  /** What the start did to resources. */
  readonly changes: ChangeCounts;
  /** Every process with its environment and how it differs from its template. */
  listProcesses(): readonly LocalProcess[];
  stop(): Promise<void>;
}

/** @throws Error that says what cannot be done and why; nothing is left running. */
export async function startPlatform(options: StartOptions): Promise<Platform> {
  const assembly = readAssembly(options.assemblyFolder, options.stage);
  const release = takeHome(options.home);
  try {
    const context = await createContext(options, assembly);
    const cloud = await createCloud(context, { watch: options.watch });
    try {
      return await boot({ options, assembly, context, cloud, release });
    } catch (error) {
      await cloud.stop().catch((stopError: unknown) => context.log('error', String(stopError)));
      throw error;
    }
  } catch (error) {
    release();
    throw error;
  }
}

interface Boot {
  readonly options: StartOptions;
  readonly assembly: Assembly;
  readonly context: LocalContext;
  readonly cloud: Cloud;
  readonly release: () => void;
}

async function boot({ options, assembly, context, cloud, release }: Boot): Promise<Platform> {
  assertKnownTypes(assembly.stacks, cloud);
  const state = openState(join(context.stateFolder, 'resources.json'));
  const changes = await options.step('resources', (report) => applyTemplates({ assembly, cloud, state, report }), describeChanges);
  await options.step(
    'services',
    () => cloud.start(),
    () => describeServices(cloud),
  );
  const file = describePlatform(context, [...state.resources.values()]);
  replaceFile(platformFileOf(options.home), `${JSON.stringify(file, null, 2)}\n`);
  return {
    file,
    changes,
    listProcesses: () => cloud.listProcesses(),
    stop: async () => {
      rmSync(platformFileOf(options.home), { force: true });
      await cloud.stop().finally(release);
    },
  };
}

interface Applying {
  readonly assembly: Assembly;
  readonly cloud: Cloud;
  readonly state: PlatformState;
  readonly report: (remark: string) => void;
}

async function applyTemplates({ assembly, cloud, state, report }: Applying): Promise<ChangeCounts> {
  await cloud.open();
  return applyStacks(assembly.stacks, {
    findHandler: cloud.findHandler,
    dynamicReference: (service, reference) => readDynamicReference(cloud, service, reference),
    state,
    onApplied: ({ stack, logicalId }) => report(`${stack} ${logicalId}`),
  });
}

/** `secretsmanager:<id or ARN>:SecretString:<key>:<stage>:<version>` or `ssm:<name>[:<version>]`. */
function readDynamicReference({ secrets, parameters }: Cloud, service: string, reference: string): string {
  if (service !== 'secretsmanager') return parameters.readParameter(reference.replace(/:\d+$/, ''));
  const [, id = '', key = ''] = /^(.+?):SecretString:([^:]*)/.exec(reference) ?? [];
  const value = secrets.readSecret(id === '' ? reference : id);
  if (key === '') return value;
  const field = (JSON.parse(value) as Readonly<Record<string, unknown>>)[key];
  if (typeof field !== 'string') throw new Error(`The secret ${id} has no field ${key}`);
  return field;
}

/** @throws Error naming every type that is neither provided nor listed as without meaning here. */
function assertKnownTypes(stacks: readonly Stack[], cloud: Cloud): void {
  const types = new Set(stacks.flatMap((stack) => Object.values(stack.template.Resources).map((resource) => resource.Type)));
  const unknown = [...types].filter((type) => cloud.findHandler(type) === undefined && NO_LOCAL_MEANING[type] === undefined);
  if (unknown.length === 0) return;
  throw new Error(
    `The templates cannot run here, these resource types are unknown: ${unknown.toSorted().join(', ')}.\n` +
      'Add a provider in local/src/providers, or a line with the reason in local/src/no-local-meaning.ts.',
  );
}

const SCREEN_MARKS = { info: '·', warn: '!', error: '✗' } as const;

async function createContext(options: StartOptions, assembly: Assembly): Promise<LocalContext> {
  // The stage's own region; the one stack elsewhere is the WAF of CloudFront.
  const main = assembly.stacks[0];
  if (main === undefined) throw new Error(`The stage ${options.stage} cannot be started: it has no stack`);
  const stateFolder = stateFolderOf(options.home);
  const logFile = join(stateFolder, 'platform.log');
  return {
    region: main.region,
    accountId: main.accountId,
    root: options.root,
    stateFolder,
    nativeFolder: join(options.root, '.torii', 'native'),
    ports: listPorts(options.portBase),
    tls: await provideTls(stateFolder),
    findAsset: keepAssets(assembly, stateFolder),
    log: (level, message, details) => {
      const line = JSON.stringify({ time: new Date().toISOString(), level, message, ...details });
      appendFileSync(logFile, `${line}\n`);
      if (level !== 'debug') process.stderr.write(`  ${SCREEN_MARKS[level]} ${message}\n`);
    },
  };
}

export function listPorts(base: number): Readonly<Record<PortName, number>> {
  const entries = PORT_NAMES.map((name, index): [string, number] => [name, base + index]);
  return Object.fromEntries(entries) as Record<PortName, number>;
}

function describeChanges(changes: ChangeCounts): string {
  const parts = Object.entries(changes).filter(([, count]) => count > 0);
  return parts.map(([change, count]) => `${count} ${change}`).join(', ');
}

function describeServices(cloud: Cloud): string {
  return cloud
    .listProcesses()
    .filter(({ kind }) => kind === 'service')
    .map(({ name }) => name)
    .join(', ');
}
