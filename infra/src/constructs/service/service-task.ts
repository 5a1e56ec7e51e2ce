import { readFileSync } from 'node:fs';
import { Duration, Validations } from 'aws-cdk-lib';
import {
  AppProtocol,
  AwsLogDriverMode,
  ContainerImage,
  CpuArchitecture,
  FargateTaskDefinition,
  LogDrivers,
  OperatingSystemFamily,
  type Secret,
} from 'aws-cdk-lib/aws-ecs';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { SERVICE_PORT } from '../entrance/security-groups.ts';

export const APP_CONTAINER = 'app';

/**
 * Stands in for the service's image until its pipeline has built one: the first deployment needs no image of ours. The one that the Dockerfiles
 * begin with, from AWS's copy of Docker Hub, where it has the same digest and nobody's limit of pulls.
 */
const BOOTSTRAP_IMAGE =
  'public.ecr.aws/docker/library/node:24.21.0-bookworm-slim@sha256:d6aa754f16b3197301076f047b5def2f02ea1dbbc2ca920407d46d7ec7f87b20';
/** Answers every health check; an entry point, so that the command can already be the real one. The pipeline drops it. */
const BOOTSTRAP_SERVER = [
  'node',
  '-e',
  "require('node:http').createServer((_, response) => response.end('bootstrap')).listen(process.env.PORT)",
];
const COLLECTOR_IMAGE =
  'public.ecr.aws/aws-observability/aws-otel-collector:v0.49.0@sha256:d2bdfff2c377c3d71d78bd5d9ce9862fd535b12134a5739d87a07801297cf9fd';
const COLLECTOR_CONFIG = new URL('../../../../docker/otel-collector.yaml', import.meta.url);
/** Fits SHUTDOWN_TIMEOUT_MS and a margin; ECS kills what has not left by then. */
const STOP_TIMEOUT = Duration.seconds(30);

export interface ServiceTaskProps {
  /** Named, because the pipeline and the laptop pair a service with its migrations by family. */
  readonly family: string;
  readonly cpu: number;
  readonly memoryMiB: number;
  /** The real command, from /app in the image, which has the layout of the repository. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Variables whose values ECS reads from Secrets Manager. @default none */
  readonly secrets?: Readonly<Record<string, Secret>>;
  /** What the processes may do. */
  readonly taskRole: IRole;
  /** What ECS itself does before they run: pull images, read secrets, write logs. */
  readonly executionRole: IRole;
  readonly logGroup: ILogGroup;
  /** True for what listens on the service port and is traced; false for what runs once and ends. */
  readonly serves: boolean;
}

/** A task: the service's container, and beside one that serves, the collector of its traces. */
export class ServiceTask extends FargateTaskDefinition {
  constructor(scope: Construct, id: string, props: ServiceTaskProps) {
    super(scope, id, {
      family: props.family,
      cpu: props.cpu,
      memoryLimitMiB: props.memoryMiB,
      taskRole: props.taskRole,
      executionRole: props.executionRole,
      runtimePlatform: { cpuArchitecture: CpuArchitecture.ARM64, operatingSystemFamily: OperatingSystemFamily.LINUX },
    });
    this.#addApp(props);
    if (props.serves) this.#addCollector(props.logGroup);
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-ECS2',
      reason: 'Names and addresses only; what is secret comes from Secrets Manager.',
    });
  }

  #addApp(props: ServiceTaskProps): void {
    this.addContainer(APP_CONTAINER, {
      image: ContainerImage.fromRegistry(BOOTSTRAP_IMAGE),
      ...(props.serves && {
        entryPoint: BOOTSTRAP_SERVER,
        portMappings: [{ containerPort: SERVICE_PORT, name: 'http', appProtocol: AppProtocol.http }],
      }),
      command: [...props.command],
      environment: { ...props.environment },
      secrets: { ...props.secrets },
      // By number, as the image has it: the bootstrap image knows no user of that name.
      user: '65532:65532',
      readonlyRootFilesystem: true,
      // Port 80 is privileged, and the user is not root.
      systemControls: [{ namespace: 'net.ipv4.ip_unprivileged_port_start', value: '0' }],
      stopTimeout: STOP_TIMEOUT,
      logging: LogDrivers.awsLogs({ logGroup: props.logGroup, streamPrefix: APP_CONTAINER, mode: AwsLogDriverMode.NON_BLOCKING }),
    });
  }

  #addCollector(logGroup: ILogGroup): void {
    this.addContainer('otel-collector', {
      image: ContainerImage.fromRegistry(COLLECTOR_IMAGE),
      essential: false,
      cpu: 32,
      memoryLimitMiB: 128,
      readonlyRootFilesystem: true,
      environment: { AOT_CONFIG_CONTENT: readFileSync(COLLECTOR_CONFIG, 'utf8') },
      healthCheck: { command: ['CMD', '/healthcheck'], startPeriod: Duration.seconds(10) },
      logging: LogDrivers.awsLogs({ logGroup, streamPrefix: 'otel-collector' }),
    });
  }
}
