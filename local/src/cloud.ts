// Every AWS service of this machine, made and wired on one page.
import { createConsole } from './console/console.ts';
import { logsRoute } from './console/logs-page.ts';
import { overviewRoute, type PlatformStatus } from './console/overview-page.ts';
import { processesRoute } from './console/processes-page.ts';
import { queueRoutes } from './console/queues-page.ts';
import { traceRoutes } from './console/traces-page.ts';
import { createControlServer } from './control-server.ts';
import { startBroker, type Broker } from './fauxqs/broker.ts';
import { createMailInbox } from './mail/inbox.ts';
import { createLogWriter } from './processes/log-writer.ts';
import type { LocalProcess } from './processes/local-process.ts';
import type { LocalContext, Provider, ResourceHandler, SecretReader } from './provider.ts';
import { createAthenaProvider } from './providers/athena.ts';
import { createApiGatewayProvider } from './providers/api-gateway/provider.ts';
import { createCloudFrontProvider } from './providers/cloudfront/provider.ts';
import { createCloudWatchProvider } from './providers/cloudwatch/cloudwatch.ts';
import { createLogMetrics, type LogMetrics } from './providers/cloudwatch/log-metrics.ts';
import { combineSources } from './providers/cloudwatch/metrics.ts';
import { createCognitoProvider } from './providers/cognito/provider.ts';
import { createLogSubscriptions, type LogSubscriptions } from './providers/cloudwatch-logs/log-subscriptions.ts';
import { createCustomResources } from './providers/custom-resource.ts';
import { createEcs, type Ecs } from './providers/ecs/ecs.ts';
import { createElastiCache } from './providers/elasticache.ts';
import { createLoadBalancerProvider } from './providers/elbv2/provider.ts';
import { createEventBridgeProvider } from './providers/eventbridge/eventbridge.ts';
import { createFirehoseProvider, type FirehoseProvider } from './providers/firehose/firehose.ts';
import { createGlueProvider } from './providers/glue.ts';
import { createLambda } from './providers/lambda/lambda.ts';
import { createRds } from './providers/rds.ts';
import { createS3Provider } from './providers/s3.ts';
import { createSecretsManager } from './providers/secrets-manager/secrets-manager.ts';
import { createSnsProvider } from './providers/sns.ts';
import { createQueueMetrics, createSqsProvider } from './providers/sqs.ts';
import { createParameterStore, type ParameterStore } from './providers/ssm.ts';
import { createWafProvider } from './providers/waf.ts';
import { createXrayProvider } from './providers/xray/xray.ts';

export interface Cloud {
  /** Of a type of the templates; undefined when no provider has it. */
  findHandler(type: string): ResourceHandler | undefined;
  readonly secrets: SecretReader;
  readonly parameters: ParameterStore;
  listProcesses(): readonly LocalProcess[];
  /** What functions call while resources are still being applied: broker, Secrets Manager, trace receiver. */
  open(): Promise<void>;
  /** Serves, polls and runs; after it every service is healthy. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** @throws Error that says what cannot be made; nothing is left listening. */
export async function createCloud(context: LocalContext, options: { readonly watch: boolean }): Promise<Cloud> {
  const { region, accountId, stateFolder } = context;
  const broker = await startBroker({ port: context.ports.aws, region, accountId, stateFolder });
  const logMetrics = createLogMetrics();
  const streams = createFirehoseProvider(context, broker);
  const subscriptions = createLogSubscriptions(context, streams);
  const observeLine: LocalContext['observeLine'] = (line, logGroup) => {
    logMetrics.observe(line);
    subscriptions.observe(line, logGroup);
  };
  try {
    return connect({ ...context, observeLine }, { broker, logMetrics, streams, subscriptions, watch: options.watch });
  } catch (error) {
    await broker.stop();
    throw error;
  }
}

interface Connected {
  readonly broker: Broker;
  readonly logMetrics: LogMetrics;
  readonly streams: FirehoseProvider;
  readonly subscriptions: LogSubscriptions;
  readonly watch: boolean;
}

function connect(context: LocalContext, { broker, logMetrics, streams, subscriptions, watch }: Connected): Cloud {
  const mail = createMailInbox(context);
  const xray = createXrayProvider(context);
  const rds = createRds(context);
  const secrets = createSecretsManager(context, { findDatabase: rds.findDatabase });
  const parameters = createParameterStore(context);
  const functions = createLambda(context, { queues: broker });
  const events = createEventBridgeProvider(context, { queues: broker, topics: broker, functions });
  const cognito = createCognitoProvider(context, { functions, mail });
  const targets = createEcs(context, { watch, secrets, parameters, findHealthPath: (arn) => loadBalancers.findHealthPath(arn) });
  const { loadBalancers, ...elb } = createLoadBalancerProvider(context, { targets });
  const tables = createGlueProvider();
  const athena = createAthenaProvider(tables);
  const metrics = combineSources([createQueueMetrics(broker), streams.metrics, logMetrics]);
  const cloudWatch = createCloudWatchProvider(context, { metrics, topics: broker });
  const logs = createLogWriter(context);
  const operations = {
    secretsmanager: secrets.operations,
    AmazonSSM: parameters.operations,
    AWSEvents: events.operations,
    AmazonAthena: athena.operations,
  };
  const figures = () => cloudWatch.listFigures().flatMap(({ label, metric }) => toFigure(label, logMetrics.total(metric)));
  const traces = () => xray.traces.search('', 10);
  const status = describeStatus(context, { broker, targets, traces, figures, alarms: cloudWatch.listAlarms });
  const listProcesses = (): readonly LocalProcess[] => [...targets.listProcesses(), ...functions.listProcesses()];
  const pages = [overviewRoute(status), processesRoute(listProcesses), logsRoute(context.stateFolder)];
  const routes = [...pages, ...mail.routes, ...queueRoutes(broker), ...traceRoutes(xray.traces)];

  // In the order in which they start.
  const opened: readonly Provider[] = [
    logs,
    { types: {}, stop: async () => mail.close() },
    createSqsProvider(broker, context),
    createSnsProvider(broker, mail, streams),
    createS3Provider(broker, context),
    streams,
    // Stops before the streams and after what writes: no line is left.
    subscriptions,
    xray,
    listener(createControlServer({ port: context.ports.control, operations, onUnexpectedError: reportTo(context) })),
  ];
  const served: readonly Provider[] = [
    secrets,
    parameters,
    rds,
    createElastiCache(context),
    createCustomResources(context, { functions }),
    events,
    tables,
    athena,
    cloudWatch,
    cognito,
    compute(targets, functions),
    elb,
    createWafProvider(context),
    createApiGatewayProvider(context, { loadBalancers, tokens: cognito.tokens, spans: xray, logs }),
    createCloudFrontProvider(context, { loadBalancers }),
    listener(createConsole({ port: context.ports.console, routes, log: context.log })),
    // Stops first: services finish what they have and wait for no more.
    { types: {}, stop: async () => broker.endPolls() },
  ];
  return { secrets, parameters, listProcesses, ...runInOrder(opened, served) };
}

/** Starts in the order given, stops in reverse. */
function runInOrder(opened: readonly Provider[], served: readonly Provider[]): Pick<Cloud, 'findHandler' | 'open' | 'start' | 'stop'> {
  const all = [...opened, ...served];
  const handlers = new Map(all.flatMap((provider) => Object.entries(provider.types)));
  return {
    findHandler: (type) => handlers.get(type) ?? (type.startsWith('Custom::') ? handlers.get('Custom::*') : undefined),
    open: () => startEach(opened),
    start: () => startEach(served),
    stop: () => stopEach(all.toReversed()),
  };
}

function listener(server: { start(): Promise<number>; stop(): Promise<void> }): Provider {
  return { types: {}, start: async () => void (await server.start()), stop: () => server.stop() };
}

function reportTo({ log }: LocalContext): (target: string, error: unknown) => void {
  return (target, error) => log('error', `${target} failed: ${error instanceof Error ? error.message : String(error)}`);
}

/** Services and functions start in this order, since the functions use the services' tables; together they have ten seconds to stop. */
function compute(targets: Provider, functions: Provider): Provider {
  return {
    types: { ...targets.types, ...functions.types },
    start: () => startEach([targets, functions]),
    stop: async () => void (await Promise.all([targets.stop?.(), functions.stop?.()])),
  };
}

async function startEach(providers: readonly Provider[]): Promise<void> {
  for (const provider of providers) await provider.start?.();
}

/** A provider that fails to stop must not keep the others from stopping. @throws AggregateError afterwards */
async function stopEach(providers: readonly Provider[]): Promise<void> {
  const errors: unknown[] = [];
  for (const provider of providers) await provider.stop?.().catch((error: unknown) => errors.push(error));
  if (errors.length > 0) throw new AggregateError(errors, 'The platform did not stop cleanly');
}

/** None for what nobody measures here. */
function toFigure(label: string, value: number | undefined): ReturnType<PlatformStatus['listFigures']> {
  return value === undefined ? [] : [{ label, value }];
}

interface Watched {
  readonly broker: Broker;
  readonly targets: Ecs;
  readonly traces: PlatformStatus['listTraces'];
  readonly alarms: PlatformStatus['listAlarms'];
  readonly figures: PlatformStatus['listFigures'];
}

function describeStatus({ ports }: LocalContext, { broker, targets, traces, alarms, figures }: Watched): PlatformStatus {
  return {
    listAddresses: () => [
      { label: 'Web', url: `http://localhost:${ports.web}` },
      { label: 'API', url: `http://localhost:${ports.api}/v1` },
      { label: 'Mail', url: `http://localhost:${ports.console}/mail` },
    ],
    listServices: () =>
      targets.listTasks().map(({ family, pid, port }) => ({
        name: family,
        state: port === undefined ? 'starting' : 'healthy',
        detail: `process ${pid ?? 'none'}, port ${port ?? 'none'}`,
      })),
    listAlarms: alarms,
    listFigures: figures,
    listQueues: () => broker.listQueues(),
    listTraces: traces,
  };
}
