/** A CloudFormation property value after every intrinsic function has been resolved. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value };
export type Properties = Readonly<Record<string, Value>>;

/** What a provider knows of a resource it made: `Ref` gives the physical id, `Fn::GetAtt` one of the attributes. */
export interface ResourceState {
  readonly physicalId: string;
  readonly attributes: Readonly<Record<string, Value>>;
}

/** A resource as the template has it now. */
export interface Resource {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Properties;
  /** `<stack>-<logicalId>`, shortened, for resources whose template leaves the name to CloudFormation. */
  readonly generatedName: string;
}

/** The same resource at the last start that succeeded; `properties` are the resolved ones of then. */
export interface AppliedResource extends Resource, ResourceState {}

/** How one CloudFormation type works on this machine. */
export interface ResourceHandler {
  /** Properties whose change replaces the resource, after CloudFormation's "Update requires: Replacement". */
  readonly replacedBy?: readonly string[];
  /**
   * Makes it so: called at every start for every resource, dependencies first, and therefore idempotent. `previous` is
   * undefined for a new resource or a replacement; comparing its properties with the new ones tells what changed.
   */
  apply(resource: Resource, previous: AppliedResource | undefined): Promise<ResourceState>;
  /** Called when the template no longer has the resource, or after its replacement was made. Stateful data stays. */
  remove?(resource: AppliedResource): Promise<void>;
}

/** One AWS service on this machine: a file (or folder) of `providers/` makes one of these. */
export interface Provider {
  /** Handlers by CloudFormation type. */
  readonly types: Readonly<Record<string, ResourceHandler>>;
  /** Called once, after every resource of every stack has been applied: begin to serve, poll or run. */
  start?(): Promise<void>;
  /** Called in reverse order of start; must return within 8 s and leave no process, socket or timer. */
  stop?(): Promise<void>;
}

/** What every provider is created with. */
export interface LocalContext {
  readonly region: string;
  readonly accountId: string;
  /** The repository; start commands of containers run here. */
  readonly root: string;
  /** Where this platform keeps its state; a provider makes its own folder below it. */
  readonly stateFolder: string;
  /** Downloaded MariaDB and Redis. */
  readonly nativeFolder: string;
  /** Loopback ports, fixed per platform so that addresses survive a restart. */
  readonly ports: Readonly<Record<PortName, number>>;
  /** PEM files of the CA made at the first start; `issueCertificate` signs for localhost and 127.0.0.1. */
  readonly tls: { readonly caFile: string; readonly certFile: string; readonly keyFile: string };
  /** Folder of a bundled asset by the `S3Key` (`<hash>.zip`) a template names it with. */
  findAsset(s3Key: string): string | undefined;
  /** Told of every line that a process writes to a log group; CloudWatch takes metrics from them, and hands them to subscribers. */
  observeLine?(line: string, logGroup: string): void;
  /** One line to the platform's log, and to the screen when it matters to the user. */
  log(level: 'debug' | 'info' | 'warn' | 'error', message: string, details?: Readonly<Record<string, unknown>>): void;
}

/**
 * web: CloudFront · api: API Gateway · console: console and mail · cognito: user pool API and JWKS over https ·
 * aws: SQS, SNS and S3 over http · control: EventBridge, Secrets Manager, SSM over http · otlp: OTLP/HTTP receiver.
 */
export type PortName = 'web' | 'api' | 'console' | 'cognito' | 'aws' | 'control' | 'otlp' | 'mariadb' | 'redis';
export const PORT_NAMES: readonly PortName[] = ['web', 'api', 'console', 'cognito', 'aws', 'control', 'otlp', 'mariadb', 'redis'];

// Capabilities that providers lend each other; `platform.ts` wires them.

/** Lambda: invoke a function of the template by name or ARN. */
export interface FunctionInvoker {
  /** @throws Error with the function's own message when it failed or timed out. */
  invoke(functionNameOrArn: string, payload: unknown): Promise<unknown>;
}

/** SQS: what event sources, EventBridge targets and the console need, without going through HTTP. */
export interface QueueAccess {
  send(queueArn: string, body: string, attributes?: Readonly<Record<string, string>>): Promise<void>;
  /** The URL SDKs use. */
  queueUrl(queueArn: string): string;
}

/** SNS. */
export interface TopicAccess {
  publish(topicArn: string, body: string): Promise<void>;
}

/** Secrets Manager: current value of a secret. */
export interface SecretReader {
  /** @throws Error when there is no such secret. */
  readSecret(secretIdOrArn: string): string;
}

/** Mail inbox: whatever AWS would send by e-mail arrives here. */
export interface MailDelivery {
  deliver(mail: { readonly to: string; readonly subject: string; readonly text: string; readonly code?: string }): void;
}

/** ECS: the address of each healthy task behind a target group; the load balancer asks at every request. */
export interface TargetDirectory {
  listTargets(targetGroupArn: string): readonly { readonly host: string; readonly port: number }[];
}

/** Cognito: is this access token good now? API Gateway's authorizer asks. */
export interface TokenAuthority {
  /** Claims of a valid token of this pool, or undefined. Checks signature, expiry, issuer and `token_use`. */
  verify(userPoolArn: string, token: string): Promise<Readonly<Record<string, unknown>> | undefined>;
}

/** A span that the platform itself adds to a trace, for CloudFront, load balancer, API Gateway and Lambda. */
export interface SpanRecorder {
  record(span: {
    readonly traceId: string;
    readonly spanId: string;
    readonly parentSpanId?: string;
    readonly name: string;
    readonly service: string;
    readonly startMs: number;
    readonly endMs: number;
    readonly error?: boolean;
    readonly attributes?: Readonly<Record<string, string | number | boolean>>;
  }): void;
}

/** Handles AWS JSON-protocol calls (`X-Amz-Target: <prefix>.<Operation>`) on the control or cognito listener. */
export type JsonOperation = (input: Record<string, unknown>, headers: Readonly<Record<string, string | undefined>>) => Promise<unknown>;

/** A failure an AWS SDK understands: becomes `{ __type: code, message }` with that HTTP status. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}
