// What a step of the pipeline is told by its environment. buildspec.yml names the variables; nothing else here reads any.
import { z } from 'zod';
import { ENVIRONMENT_NAMES } from '../../infra/src/environments.ts';
import { SERVICES, type ServiceName } from '../../infra/src/services.ts';
import { INFRASTRUCTURE } from '../../infra/src/tools/infrastructure.ts';
import { refuseCommand } from '../parse-command.ts';
import { DeliveryError } from './delivery-error.ts';

export const STEPS = ['test', 'image', 'await', 'release', 'stacks'] as const;
export type StepName = (typeof STEPS)[number];

const service = z.enum(SERVICES);
const revision = z.string().regex(/^[0-9a-f]{40}$/, 'must be a whole git commit id, of 40 digits');
const repositoryUri = z
  .string()
  .regex(/^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com\/[a-z0-9/_-]+$/, 'must be the address of an ECR repository, without a tag');
const seconds = (byDefault: number): z.ZodDefault<z.ZodCoercedNumber> => z.coerce.number().positive().default(byDefault);

const variables = {
  test: z.object({ SERVICE: z.enum([...SERVICES, INFRASTRUCTURE]) }),
  image: z.object({
    SERVICE: service,
    REPOSITORY_URI: repositoryUri,
    CODEBUILD_RESOLVED_SOURCE_VERSION: revision,
    /** A scan takes a minute or two, and Inspector sometimes ten. */
    SCAN_TIMEOUT_SECONDS: seconds(900),
    POLL_SECONDS: seconds(5),
  }),
  await: z.object({
    SERVICE: service,
    ENVIRONMENT: z.enum(ENVIRONMENT_NAMES),
    PIPELINE_EXECUTION_ID: z.uuid('must be the id of the execution that the action belongs to'),
    /** Somewhat less than the build may last. */
    INFRASTRUCTURE_TIMEOUT_SECONDS: seconds(5100),
    POLL_SECONDS: seconds(15),
  }),
  stacks: z.object({ ENVIRONMENT: z.enum(ENVIRONMENT_NAMES) }),
  release: z.object({
    SERVICE: service,
    ENVIRONMENT: z.enum(ENVIRONMENT_NAMES),
    REPOSITORY_URI: repositoryUri,
    RELEASE_ROLE_ARN: z.string().regex(/^arn:aws:iam::\d{12}:role\/\S+$/, 'must be the ARN of a role'),
    CODEBUILD_RESOLVED_SOURCE_VERSION: revision,
    /** Less than the session of the role lasts, an hour. */
    MIGRATION_TIMEOUT_SECONDS: seconds(2700),
    POLL_SECONDS: seconds(5),
  }),
};

export interface TestSettings {
  /** Or the stacks of the environments, which have a pipeline too. */
  readonly service: ServiceName | typeof INFRASTRUCTURE;
}

export interface ImageSettings {
  readonly service: ServiceName;
  readonly repositoryUri: string;
  readonly revision: string;
  readonly scanTimeoutSeconds: number;
  /** Between two questions about a scan. */
  readonly pollSeconds: number;
}

export interface AwaitSettings {
  readonly service: ServiceName;
  readonly environment: (typeof ENVIRONMENT_NAMES)[number];
  /** Of the service's pipeline: what is released. */
  readonly executionId: string;
  readonly timeoutSeconds: number;
  /** Between two questions about the infrastructure. */
  readonly pollSeconds: number;
}

export interface StacksSettings {
  readonly environment: (typeof ENVIRONMENT_NAMES)[number];
}

export interface ReleaseSettings {
  readonly service: ServiceName;
  readonly environment: (typeof ENVIRONMENT_NAMES)[number];
  readonly roleArn: string;
  /** That of the service, where its image is. */
  readonly repositoryUri: string;
  readonly revision: string;
  readonly migrationTimeoutSeconds: number;
  /** Between two questions about a task. */
  readonly pollSeconds: number;
}

export interface SettingsOf {
  readonly test: TestSettings;
  readonly image: ImageSettings;
  readonly await: AwaitSettings;
  readonly release: ReleaseSettings;
  readonly stacks: StacksSettings;
}

/** The step, or the end of the process with a sentence that says which steps there are. */
export function parseStep(words: readonly string[]): StepName {
  const step = STEPS.find((name) => name === words[0]);
  if (step === undefined || words.length > 1)
    return refuseCommand('npm run deliver', `"${words.join(' ')}" is none of ${STEPS.join(', ')}`);
  return step;
}

/** @throws DeliveryError that names every variable which is missing or wrong */
export const parseSettings: { readonly [Step in StepName]: (env: NodeJS.ProcessEnv) => SettingsOf[Step] } = {
  test: (env) => ({ service: parseVariables('test', variables.test, env).SERVICE }),
  image: (env) => {
    const values = parseVariables('image', variables.image, env);
    return {
      service: values.SERVICE,
      repositoryUri: values.REPOSITORY_URI,
      revision: values.CODEBUILD_RESOLVED_SOURCE_VERSION,
      scanTimeoutSeconds: values.SCAN_TIMEOUT_SECONDS,
      pollSeconds: values.POLL_SECONDS,
    };
  },
  await: (env) => {
    const values = parseVariables('await', variables.await, env);
    return {
      service: values.SERVICE,
      environment: values.ENVIRONMENT,
      executionId: values.PIPELINE_EXECUTION_ID,
      timeoutSeconds: values.INFRASTRUCTURE_TIMEOUT_SECONDS,
      pollSeconds: values.POLL_SECONDS,
    };
  },
  stacks: (env) => ({ environment: parseVariables('stacks', variables.stacks, env).ENVIRONMENT }),
  release: (env) => {
    const values = parseVariables('release', variables.release, env);
    return {
      service: values.SERVICE,
      environment: values.ENVIRONMENT,
      roleArn: values.RELEASE_ROLE_ARN,
      repositoryUri: values.REPOSITORY_URI,
      revision: values.CODEBUILD_RESOLVED_SOURCE_VERSION,
      migrationTimeoutSeconds: values.MIGRATION_TIMEOUT_SECONDS,
      pollSeconds: values.POLL_SECONDS,
    };
  },
};

function parseVariables<Shape extends z.ZodObject>(step: StepName, schema: Shape, env: NodeJS.ProcessEnv): z.infer<Shape> {
  const { success, data, error } = schema.safeParse(env);
  if (success) return data;
  const faults = error.issues.map(({ path, message }) => {
    const name = path.join('.');
    return `  ${name}: ${env[name] === undefined ? 'is missing' : `is "${env[name]}"; ${message}`}`;
  });
  throw new DeliveryError([`The step ${step} cannot run: its environment is not complete.`, ...faults].join('\n'));
}
