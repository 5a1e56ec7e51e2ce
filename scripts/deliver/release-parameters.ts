// What the environment's stacks say to whoever releases: names and addresses, in the parameters below /torii/<environment>/<service>.
import { z } from 'zod';
import { DeliveryError } from './delivery-error.ts';

const runTask = z.object({
  cluster: z.string().min(1),
  subnets: z.array(z.string()).min(1).readonly(),
  securityGroups: z.array(z.string()).min(1).readonly(),
});
/** Where the task that migrates runs. */
export type RunTaskParameter = z.infer<typeof runTask>;

export interface MigrationParameters {
  readonly taskDefinitionArn: string;
  readonly runTask: RunTaskParameter;
  /** The commit that has passed its smoke test last; undefined before the first. */
  readonly releasedRevision?: string | undefined;
}

export interface ReleaseParameters {
  readonly taskDefinitionArn: string;
  /** Name of the function that CodeDeploy asks. */
  readonly smokeTest: string;
  /** Of a service with migrations. */
  readonly migration?: MigrationParameters;
}

export interface ReleaseTarget {
  readonly service: string;
  readonly environment: string;
  readonly migrates: boolean;
}

const COMMIT = /^[0-9a-f]{40}$/;

/** @param read values by name; those that do not exist are left out */
export async function readReleaseParameters(
  { service, environment, migrates }: ReleaseTarget,
  read: (names: readonly string[]) => Promise<ReadonlyMap<string, string>>,
): Promise<ReleaseParameters> {
  const name = (parameter: string): string => `/torii/${environment}/${service}/${parameter}`;
  const required = ['task-definition', 'smoke-test', ...(migrates ? ['migrate-task-definition', 'run-task'] : [])].map(name);
  const values = await read([...required, ...(migrates ? [name('released')] : [])]);
  const missing = required.filter((parameter) => (values.get(parameter) ?? '') === '');
  if (missing.length > 0)
    throw new DeliveryError(
      `${service} cannot be released into ${environment}: parameters are missing there: ${missing.join(', ')}. Deploy the stacks torii-${environment}-svc-${service} and torii-${environment}-deployment first (docs/accounts.md).`,
    );
  const get = (parameter: string): string => values.get(name(parameter)) ?? '';
  const released = get('released');
  return {
    taskDefinitionArn: get('task-definition'),
    smokeTest: get('smoke-test'),
    ...(migrates && {
      migration: {
        taskDefinitionArn: get('migrate-task-definition'),
        runTask: parseRunTask(name('run-task'), get('run-task')),
        // Until something was released the stack's own word is in it.
        releasedRevision: COMMIT.test(released) ? released : undefined,
      },
    }),
  };
}

function parseRunTask(parameter: string, text: string): RunTaskParameter {
  const fault = (why: string): DeliveryError => new DeliveryError(`The parameter ${parameter} cannot be read: ${why}.`);
  try {
    const { success, data, error } = runTask.safeParse(JSON.parse(text));
    if (success) return data;
    throw fault(z.prettifyError(error));
  } catch (error) {
    throw error instanceof DeliveryError ? error : fault('it is not JSON');
  }
}
