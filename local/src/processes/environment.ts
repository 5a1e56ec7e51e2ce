// The closed list of what a process gets otherwise than its template says. Everything else comes from the template verbatim.
import { join } from 'node:path';
import type { LocalContext } from '../provider.ts';

export type Environment = Readonly<Record<string, string>>;

export interface Substitution {
  readonly variable: string;
  /** What the template says; absent when the template has no such variable. */
  readonly from?: string;
  readonly to: string;
}

export interface LocalEnvironment {
  readonly environment: Environment;
  readonly substitutions: readonly Substitution[];
}

/** Any API of this region: a stage has one, and its id is made up here. */
const API_GATEWAY_ORIGIN = /https:\/\/[a-z0-9]+\.execute-api\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?(?![\w.-])/g;

/** @param port where the process shall listen; a Lambda function has none */
export function adaptEnvironment(template: Environment, context: LocalContext, port?: number): LocalEnvironment {
  const fixed: Environment = {
    ...(port !== undefined && { HOST: '127.0.0.1', PORT: String(port) }),
    ...replaceIfPresent(template, 'OTEL_EXPORTER_OTLP_ENDPOINT', `http://127.0.0.1:${context.ports.otlp}`),
    ...replaceIfPresent(template, 'NODE_EXTRA_CA_CERTS', context.tls.caFile),
    ...awsAccess(context),
  };
  const rewritten = Object.fromEntries(
    Object.entries(template).map(([name, value]) => [name, value.replaceAll(API_GATEWAY_ORIGIN, `http://localhost:${context.ports.api}`)]),
  );
  const environment = { ...machineEnvironment(context), ...rewritten, ...fixed };
  const substitutions = Object.entries(environment).flatMap(([variable, to]): Substitution[] => {
    const from = template[variable];
    if (from === to) return [];
    return [{ variable, to, ...(from !== undefined && { from }) }];
  });
  return { environment, substitutions };
}

function replaceIfPresent(template: Environment, name: string, value: string): Environment {
  return template[name] === undefined ? {} : { [name]: value };
}

/** What Fargate and Lambda give every process, pointed at this machine. */
function awsAccess({ region, ports }: LocalContext): Environment {
  // An address, not a name: the S3 client then leaves the bucket in the path, since `bucket.127.0.0.1` would mean nothing.
  const aws = `http://127.0.0.1:${ports.aws}`;
  const control = `http://127.0.0.1:${ports.control}`;
  return {
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_SQS: aws,
    AWS_ENDPOINT_URL_SNS: aws,
    AWS_ENDPOINT_URL_S3: aws,
    AWS_ENDPOINT_URL_EVENTBRIDGE: control,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: control,
    AWS_ENDPOINT_URL_SSM: control,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: `https://localhost:${ports.cognito}`,
  };
}

/** What an image or sandbox has of its own; nothing else of this machine's environment gets in. */
function machineEnvironment({ stateFolder }: LocalContext): Environment {
  const { PATH = '', HOME = '' } = process.env;
  // Compiled modules, kept from one start to the next: a quarter of the CPU time a service needs to start.
  return { PATH, HOME, TZ: 'UTC', LANG: 'C.UTF-8', NODE_COMPILE_CACHE: join(stateFolder, 'compile-cache') };
}

/** For printing: a secret's value is nobody's business, its presence is. */
export function maskEnvironment(environment: Environment, secretNames: ReadonlySet<string>): Environment {
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, secretNames.has(name) || isSecretName(name) ? '••••••' : value]),
  );
}

function isSecretName(name: string): boolean {
  return !name.startsWith('AWS_ENDPOINT_URL_') && /(SECRET|PASSWORD|TOKEN|ACCESS_KEY)(?!.*(_ARN|_ISSUER|_URL|_IDS?)$)/.test(name);
}
