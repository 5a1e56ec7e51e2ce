// `<home>/platform.json`: what a running platform tells tools and tests.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { AppliedResource, LocalContext } from './provider.ts';
import { readJsonFile, replaceFile } from './state-files.ts';

export interface PlatformFile {
  readonly web: string;
  readonly api: string;
  readonly console: string;
  /** `GET <mail>?to=<address>` with `Accept: application/json` gives the messages, newest first. */
  readonly mail: string;
  readonly region: string;
  readonly userPoolId: string;
  /** The client for apps: no secret, SRP and password log-in. */
  readonly userPoolClientId: string;
  readonly endpoints: Readonly<Record<'cognito' | 'sqs' | 'sns' | 's3' | 'events', string>>;
  readonly caFile: string;
  readonly demo: { readonly email: string; readonly password: string };
}

export function describePlatform(context: LocalContext, resources: readonly AppliedResource[]): PlatformFile {
  const { ports, region, tls } = context;
  const aws = `http://127.0.0.1:${ports.aws}`;
  return {
    web: `http://localhost:${ports.web}`,
    api: `http://localhost:${ports.api}/${findStageName(resources)}`,
    console: `http://localhost:${ports.console}`,
    mail: `http://localhost:${ports.console}/mail`,
    region,
    userPoolId: findPhysicalId(resources, 'AWS::Cognito::UserPool'),
    userPoolClientId: findPhysicalId(resources, 'AWS::Cognito::UserPoolClient', 'mobile'),
    endpoints: {
      cognito: `https://localhost:${ports.cognito}`,
      sqs: aws,
      sns: aws,
      s3: aws,
      events: `http://127.0.0.1:${ports.control}`,
    },
    caFile: tls.caFile,
    demo: provideDemoUser(join(context.stateFolder, 'demo-user.json')),
  };
}

/** The one whose name says so where there are several, else the first. */
function findPhysicalId(resources: readonly AppliedResource[], type: string, name = ''): string {
  const all = resources.filter((resource) => resource.type === type);
  const found = all.find((resource) => resource.logicalId.toLowerCase().includes(name)) ?? all[0];
  if (found === undefined) throw new Error(`The platform cannot be described: its templates have no ${type}`);
  return found.physicalId;
}

function findStageName(resources: readonly AppliedResource[]): string {
  return findPhysicalId(resources, 'AWS::ApiGateway::Stage');
}

/** Invented once per state folder; the password has what any pool's policy can ask for. */
function provideDemoUser(file: string): PlatformFile['demo'] {
  const known = parseDemoUser(file);
  if (known !== undefined) return known;
  const demo = { email: 'demo@example.com', password: `Demo-${randomBytes(9).toString('base64url')}-1a` };
  replaceFile(file, JSON.stringify(demo));
  return demo;
}

function parseDemoUser(file: string): PlatformFile['demo'] | undefined {
  return readJsonFile(file) as PlatformFile['demo'] | undefined;
}
