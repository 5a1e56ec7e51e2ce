// A Cognito provider with one pool, one client, and a real SDK client that trusts the local CA.
import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import type { Properties, ResourceState } from '../src/provider.ts';
import { createCognitoProvider, type CognitoProvider } from '../src/providers/cognito/provider.ts';
import { createResource, createTrialContext, type TrialContext } from './local-context.ts';

export interface CognitoTrial {
  readonly context: TrialContext;
  readonly client: CognitoIdentityProviderClient;
  readonly pool: ResourceState;
  readonly clientId: string;
  readonly mails: { to: string; subject: string; text: string; code?: string }[];
  readonly triggerEvents: Record<string, unknown>[];
  readonly ca: string;
  provider(): CognitoProvider;
  /** Moves the pool's clock. */
  advance(ms: number): void;
  /** Makes the trigger fail with this message, or work again. */
  failTrigger(message: string | undefined): void;
  /** Stops the provider and starts another on the same state. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const POOL: Properties = {
  UsernameAttributes: ['email'],
  AutoVerifiedAttributes: ['email'],
  LambdaConfig: { PostConfirmation: 'arn:aws:lambda:eu-west-1:222222222222:function:registration' },
  Policies: {
    PasswordPolicy: { MinimumLength: 12, RequireLowercase: true, RequireUppercase: true, RequireNumbers: true, RequireSymbols: true },
  },
  Schema: [{ Name: 'tier', AttributeDataType: 'String' }],
};

const CLIENT: Properties = {
  ClientName: 'mobile',
  ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  PreventUserExistenceErrors: 'ENABLED',
  AccessTokenValidity: 30,
  IdTokenValidity: 30,
  RefreshTokenValidity: 43_200,
  TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'minutes', RefreshToken: 'minutes' },
};

export async function startCognitoTrial(clientProperties: Properties = {}): Promise<CognitoTrial> {
  const context = await createTrialContext(['cognito']);
  const mails: CognitoTrial['mails'] = [];
  const triggerEvents: Record<string, unknown>[] = [];
  let offsetMs = 0;
  let triggerFault: string | undefined;
  const invoke = async (_function: string, event: unknown): Promise<unknown> => {
    if (triggerFault !== undefined) throw new Error(triggerFault);
    triggerEvents.push({ ...Object(event) });
    return event;
  };
  const create = (): CognitoProvider =>
    createCognitoProvider(context, {
      functions: { invoke },
      mail: { deliver: (mail) => void mails.push(mail) },
      now: () => Date.now() + offsetMs,
    });
  let provider = create();
  const pool = await applyPool(provider);
  const client = await applyClient(provider, { ...CLIENT, ...clientProperties, UserPoolId: pool.physicalId });
  await provider.start?.();
  const ca = readFileSync(context.tls.caFile, 'utf8');
  const agent = new Agent({ ca });
  const sdk = new CognitoIdentityProviderClient({
    endpoint: `https://localhost:${context.ports.cognito}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
    requestHandler: { httpsAgent: agent },
  });
  return {
    context,
    client: sdk,
    pool,
    clientId: client.physicalId,
    mails,
    triggerEvents,
    ca,
    provider: () => provider,
    advance: (ms) => void (offsetMs += ms),
    failTrigger: (message) => void (triggerFault = message),
    async restart() {
      await provider.stop?.();
      provider = create();
      await applyPool(provider, pool);
      await applyClient(provider, { ...CLIENT, ...clientProperties, UserPoolId: pool.physicalId }, client);
      await provider.start?.();
    },
    async stop() {
      sdk.destroy();
      agent.destroy();
      await provider.stop?.();
      await context.cleanUp();
    },
  };
}

async function applyPool(provider: CognitoProvider, previous?: ResourceState): Promise<ResourceState> {
  return applyResource(provider, { type: 'AWS::Cognito::UserPool', logicalId: 'Pool', properties: POOL }, previous);
}

async function applyClient(provider: CognitoProvider, properties: Properties, previous?: ResourceState): Promise<ResourceState> {
  return applyResource(provider, { type: 'AWS::Cognito::UserPoolClient', logicalId: 'Client', properties }, previous);
}

async function applyResource(
  provider: CognitoProvider,
  { type, logicalId, properties }: { readonly type: string; readonly logicalId: string; readonly properties: Properties },
  previous?: ResourceState,
): Promise<ResourceState> {
  const handler = provider.types[type];
  if (handler === undefined) throw new Error(`${type} is not provided`);
  const resource = createResource(type, logicalId, properties);
  return handler.apply(resource, previous === undefined ? undefined : { ...resource, ...previous });
}
