// What of a task definition has a meaning here: the one container that runs our command, with its environment.
import { adaptEnvironment, type Environment, type Substitution } from '../../processes/environment.ts';
import type { LocalContext, Properties, SecretReader } from '../../provider.ts';
import { numberOf, recordOf, recordsOf, requiredText, textOf, textsOf } from '../../read-value.ts';
import type { ParameterReader } from '../ssm.ts';

/** ECS's own default. */
const DEFAULT_STOP_TIMEOUT_SECONDS = 30;
/** The platform stops within 10 s, whatever the template grants; a service waits up to 5 s for its long poll. */
const MAX_STOP_MS = 6_500;

export interface TaskDefinition {
  readonly arn: string;
  readonly family: string;
  readonly command: readonly string[];
  readonly environment: Environment;
  readonly secrets: readonly { readonly name: string; readonly valueFrom: string }[];
  readonly stopMs: number;
  readonly logGroupName: string;
  readonly droppedContainers: readonly string[];
}

/** @throws Error when no container has a command: nothing could run without an image. */
export function readTaskDefinition(properties: Properties, arn: string): TaskDefinition {
  const family = requiredText(properties, 'Family');
  const containers = recordsOf(properties['ContainerDefinitions']);
  // The entry point is the bootstrap server of a first deployment; the pipeline drops it too.
  const app = containers.find((container) => textsOf(container['Command']).length > 0);
  if (app === undefined) throw new Error(`${family} cannot be run: none of its containers has a command`);
  const logOptions = recordOf(recordOf(app['LogConfiguration'])['Options']);
  return {
    arn,
    family,
    command: textsOf(app['Command']),
    environment: Object.fromEntries(
      recordsOf(app['Environment']).map((entry) => [requiredText(entry, 'Name'), textOf(entry['Value']) ?? '']),
    ),
    secrets: recordsOf(app['Secrets']).map((entry) => ({ name: requiredText(entry, 'Name'), valueFrom: requiredText(entry, 'ValueFrom') })),
    stopMs: Math.min((numberOf(app['StopTimeout']) ?? DEFAULT_STOP_TIMEOUT_SECONDS) * 1000, MAX_STOP_MS),
    logGroupName: textOf(logOptions['awslogs-group']) ?? `/ecs/${family}`,
    droppedContainers: containers.filter((container) => container !== app).map((container) => requiredText(container, 'Name')),
  };
}

export interface ValueReaders {
  readonly secrets: SecretReader;
  readonly parameters: ParameterReader;
}

export interface TaskEnvironment {
  readonly environment: Environment;
  readonly substitutions: readonly Substitution[];
  readonly secretNames: ReadonlySet<string>;
}

/** @throws Error naming the variable whose secret or parameter cannot be read. */
export function resolveTaskEnvironment(task: TaskDefinition, readers: ValueReaders, context: LocalContext, port?: number): TaskEnvironment {
  const secrets = Object.fromEntries(task.secrets.map(({ name, valueFrom }) => [name, readValue(name, valueFrom, readers)]));
  const { environment, substitutions } = adaptEnvironment(task.environment, context, port);
  return { environment: { ...environment, ...secrets }, substitutions, secretNames: new Set(Object.keys(secrets)) };
}

/** A secret's ARN, alone or with `:json-key:version-stage:version-id`; or the ARN or name of a parameter. */
function readValue(name: string, valueFrom: string, { secrets, parameters }: ValueReaders): string {
  try {
    const [, arn, key] = /^(arn:[^:]+:secretsmanager:[^:]*:[^:]*:secret:[^:]+)(?::([^:]*):[^:]*:[^:]*)?$/.exec(valueFrom) ?? [];
    if (arn === undefined) return parameters.readParameter(valueFrom);
    const value = secrets.readSecret(arn);
    return key === undefined || key === '' ? value : readField(value, key);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The variable ${name} cannot be set from ${valueFrom}: ${why}`, { cause });
  }
}

function readField(json: string, key: string): string {
  const fields = JSON.parse(json) as Readonly<Record<string, unknown>>;
  if (fields[key] === undefined) throw new Error(`the secret has no field ${key}`);
  return String(fields[key]);
}
