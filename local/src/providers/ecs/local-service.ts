// An ECS service on this machine: its migration, and as many supervised copies of its task as the template desires.
import { relative } from 'node:path';
import { findFreePort } from '../../processes/free-port.ts';
import type { LocalProcess } from '../../processes/local-process.ts';
import { openLogGroup, type LogGroup } from '../../processes/log-group.ts';
import type { LocalContext } from '../../provider.ts';
import { fingerprintSources, openMigrationRecord } from './migration-record.ts';
import { createRollingCopies } from './rolling-copies.ts';
import { runOnce } from './run-once.ts';
import { listPackageFolders, watchSources } from './source-watch.ts';
import { SupervisedTask, type Launch } from './supervised-task.ts';
import { resolveTaskEnvironment, type TaskDefinition, type ValueReaders } from './task-definition.ts';

const MIGRATION_TIMEOUT_MS = 120_000;

export interface LocalServiceOptions {
  readonly context: LocalContext;
  readonly readers: ValueReaders;
  readonly task: TaskDefinition;
  /** Run to its end before the service starts. */
  readonly migration: TaskDefinition | undefined;
  readonly targetGroupArns: readonly string[];
  readonly healthPath: string;
  /** One for each copy; another is taken when somebody holds it. */
  readonly preferredPorts: readonly number[];
}

export interface LocalService {
  readonly family: string;
  readonly targetGroupArns: readonly string[];
  readonly copies: readonly SupervisedTask[];
  /** Resolves when every copy is healthy. @throws Error with the last words of what failed */
  start(): Promise<void>;
  /** From now on a change of its source replaces every copy; the old one serves until the new one is healthy, or for good if it never is. */
  watch(): void;
  stop(): Promise<void>;
  describe(): readonly LocalProcess[];
}

export function createLocalService(options: LocalServiceOptions): LocalService {
  const { context, task } = options;
  const logGroup = openLogGroup(context, task.logGroupName);
  const shared = { name: task.family, cwd: context.root, stopMs: task.stopMs, healthPath: options.healthPath, logGroup, log: context.log };
  const copies = createRollingCopies(
    options.preferredPorts,
    (preferredPort, startAttempts) =>
      new SupervisedTask({ ...shared, startAttempts, prepare: () => prepareLaunch(task, preferredPort, options) }),
  );
  let restarting: Promise<void> = Promise.resolve();
  let isStopping = false;
  let closeWatch = (): void => undefined;

  const restart = async (files: readonly string[]): Promise<void> => {
    if (isStopping) return;
    const startedAt = performance.now();
    const names = files.map((file) => relative(context.root, file)).join(', ');
    try {
      if (files.some((file) => file.includes('/migrations/'))) await migrate(options, logGroup);
      await copies.replace();
      context.log('info', `${task.family} is restarted in ${((performance.now() - startedAt) / 1000).toFixed(1)} s: ${names} changed`);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (!isStopping) context.log('error', `${task.family} goes on as it was, ${names} cannot be run: ${why}`);
    }
  };
  return {
    family: task.family,
    targetGroupArns: options.targetGroupArns,
    copies: copies.current,
    start: async () => {
      await migrate(options, logGroup);
      await copies.start();
    },
    watch: () => {
      closeWatch = watchSources(listPackageFolders(task.command, context.root), (files) => {
        restarting = restarting.then(() => restart(files));
      }).close;
    },
    stop: async () => {
      isStopping = true;
      closeWatch();
      await copies.stop();
      await restarting;
      await logGroup.close();
    },
    describe: () => describeProcesses(options, copies.current[0]?.port()),
  };
}

async function migrate({ context, migration, readers }: LocalServiceOptions, logGroup: LogGroup): Promise<void> {
  if (migration === undefined) return;
  const record = openMigrationRecord(context.stateFolder);
  const fingerprint = fingerprintSources(listPackageFolders(migration.command, context.root), migration);
  if (record.isCurrent(migration.family, fingerprint)) return;
  const { environment } = resolveTaskEnvironment(migration, readers, context);
  const process = { ...programOf(migration), cwd: context.root, env: environment };
  await runOnce({ name: migration.family, process, logGroup, timeoutMs: MIGRATION_TIMEOUT_MS });
  record.save(migration.family, fingerprint);
}

async function prepareLaunch(task: TaskDefinition, preferredPort: number, { context, readers }: LocalServiceOptions): Promise<Launch> {
  const port = await findFreePort(preferredPort);
  const { environment } = resolveTaskEnvironment(task, readers, context, port);
  return { ...programOf(task), env: environment, port };
}

/** The image's `node` is this Node. */
function programOf({ command: [program = '', ...args] }: TaskDefinition): { readonly command: string; readonly args: readonly string[] } {
  return { command: program === 'node' ? process.execPath : program, args };
}

function describeProcesses(
  { task, migration, context, readers, preferredPorts }: LocalServiceOptions,
  actualPort: number | undefined,
): readonly LocalProcess[] {
  const describe = (definition: TaskDefinition, kind: LocalProcess['kind'], port?: number): LocalProcess => ({
    name: definition.family,
    kind,
    droppedContainers: definition.droppedContainers,
    ...resolveTaskEnvironment(definition, readers, context, port),
  });
  const service = describe(task, 'service', actualPort ?? preferredPorts[0] ?? 0);
  return migration === undefined ? [service] : [describe(migration, 'migration'), service];
}
