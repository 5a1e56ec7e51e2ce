import { Duration, Stack } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import { Architecture, LayerVersion, type ILayerVersion } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { WORKER_POOL_SIZE } from '../../database-connections.ts';
import type { EnvironmentSettings } from '../../environment-settings.ts';
import { getQueue, type ConsumerQueues } from '../messaging/consumer-queue.ts';
import type { DatabaseSchema } from '../data/database-schema.ts';
import type { Database } from '../data/database.ts';
import type { MessagesBucket } from '../messaging/messages-bucket.ts';
import { addFunctionLimitAlarms } from '../function-limits.ts';
import { FUNCTION_CA_BUNDLE, NodeFunction } from '../node-function.ts';
import { createPublisherWiring } from './publisher-wiring.ts';
import { RunbookAlarm } from '../observability/runbook-alarm.ts';

/** The newest that CDK knows the regional addresses of. */
const COLLECTOR_VERSION = '0.115.0';

export interface JobsWorkerProps {
  readonly settings: EnvironmentSettings;
  readonly vpc: IVpc;
  readonly securityGroup: ISecurityGroup;
  readonly database: Database;
  /** The schema of jobs: the worker is the other half of that service. */
  readonly schema: DatabaseSchema;
  readonly queues: ConsumerQueues;
  readonly messagesBucket: MessagesBucket;
  readonly alarmTopic: ITopic;
  /** What it shares with the service: where files are. Its events leave by the outbox, so it knows neither topic nor bus. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Runs the work of jobs, a slice of at most 20 s at a time, one message per invocation. */
export class JobsWorker extends Construct {
  readonly function: NodeFunction;

  constructor(scope: Construct, id: string, props: JobsWorkerProps) {
    super(scope, id);
    const { settings } = props;
    const wiring = createPublisherWiring({ ...props, databasePoolSize: WORKER_POOL_SIZE, publisher: 'jobs', consumers: ['jobs-worker'] });
    this.function = new NodeFunction(this, 'Function', {
      entry: 'services/jobs/src/lambda/worker.ts',
      timeout: Duration.seconds(30),
      memoryMiB: 1024,
      vpc: props.vpc,
      securityGroup: props.securityGroup,
      logRetentionDays: settings.logRetentionDays,
      // Slice by slice; a job's lease and attempts end what does not end.
      continuesItself: true,
      environment: {
        SERVICE_NAME: 'jobs-worker',
        ENVIRONMENT: settings.name,
        LOG_LEVEL: 'info',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
        OTEL_TRACES_SAMPLER_ARG: String(settings.tracesSamplingRatio),
        NODE_EXTRA_CA_CERTS: FUNCTION_CA_BUNDLE,
        ...wiring.environment,
        ...props.environment,
      },
    });
    wiring.grantTo(this.function);
    this.function.addLayers(this.#importCollectorLayer());
    const { queue, topology } = getQueue(props.queues, 'jobs-worker-commands');
    const { batchSize, concurrency } = topology.settings;
    this.function.addEventSource(new SqsEventSource(queue, { batchSize, reportBatchItemFailures: true, maxConcurrency: concurrency }));
    new RunbookAlarm(this, 'Errors', {
      metric: this.function.metricErrors({ period: Duration.minutes(5) }),
      threshold: 3,
      periods: 1,
      problem: 'The jobs worker fails or runs out of time',
      article: 'function-fails',
      topic: props.alarmTopic,
    });
    addFunctionLimitAlarms({ function: this.function, called: 'The jobs worker', topic: props.alarmTopic });
  }

  /** AWS's build of the OpenTelemetry collector, as an extension that listens on the endpoint above and sends to X-Ray. */
  #importCollectorLayer(): ILayerVersion {
    const { region } = Stack.of(this);
    const arn = RegionInfo.get(region).adotLambdaLayerArn('GENERIC', COLLECTOR_VERSION, Architecture.ARM_64.name);
    if (!arn) throw new Error(`The jobs worker cannot be traced: AWS publishes no collector layer in ${region}.`);
    return LayerVersion.fromLayerVersionArn(this, 'Collector', arn);
  }
}
