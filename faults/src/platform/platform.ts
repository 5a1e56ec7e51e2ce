import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { createTestTokens, findFreePort, type TestTokens, tokenVariables } from '@torii/testing';
import { z } from 'zod';
import { type QueueProxy, startQueueProxy } from '../proxies/queue-proxy.ts';
import {
  countingPublications,
  countingTraffic,
  type Publications,
  replacingOrigin,
  shorteningVisibility,
  type Traffic,
} from '../proxies/queue-time.ts';
import { startTcpProxy, type TcpProxy } from '../proxies/tcp-proxy.ts';
import { type BrokerReady, brokerReady } from './broker-ready.ts';
import { createProcesses, type ProcessName, type Processes } from './processes.ts';
import { createObserver, type Observer } from './query.ts';
import { LEDGER_QUEUE, VISIBILITY_SECONDS, WORKER_QUEUE } from './names.ts';
import { createQueues, type Queues } from './sqs.ts';
import { compiledFolder, makePlatformFolder } from './run-folder.ts';
import { createSchemas } from './schemas.ts';
import { type Servers, startServers } from './servers.ts';
import type { FaultProcess } from './fault-process.ts';
import { createSpares, type Spares } from './spares.ts';

/** Everything that a run works on: real servers, real services, and what stands between them. */
export interface Platform {
  readonly folder: string;
  readonly servers: Servers;
  readonly mariadbProxy: TcpProxy;
  readonly redisProxy: TcpProxy;
  readonly queueProxy: QueueProxy;
  /** Of the ledger's queue. */
  readonly traffic: Traffic;
  /** Of the queue of the jobs' worker. */
  readonly workerTraffic: Traffic;
  readonly publications: Publications;
  readonly processes: Processes;
  readonly tokens: TestTokens;
  readonly observer: Observer;
  readonly queues: Queues;
  /** Messages in the queue, in flight and delayed ones included. */
  depths(names: readonly string[]): Promise<Readonly<Record<string, number>>>;
  killBroker(): Promise<void>;
  startBroker(): Promise<void>;
  broker(): FaultProcess<BrokerReady>;
  /** Ends every fault of the network. */
  restoreNetwork(): void;
  stop(): Promise<void>;
}

type Close = () => Promise<unknown>;

/** @param number of the platform among those of the run: they share nothing but the machine */
export async function startPlatform(runFolder: string, number: number): Promise<Platform> {
  // What was started last is stopped first; nothing stays behind when a start fails.
  const closing: Close[] = [];
  const stop = async (): Promise<void> => {
    for (const close of closing.splice(0).reverse()) await close().catch(() => undefined);
  };
  try {
    return { ...(await start({ runFolder, number }, closing)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Every service of the platform; the worker is Lambda's. */
export const SERVICES: readonly ProcessName[] = ['catalog', 'jobs', 'worker', 'ledger'];

interface Place {
  readonly runFolder: string;
  readonly number: number;
}

async function start({ runFolder, number }: Place, closing: Close[]): Promise<Omit<Platform, 'stop'>> {
  const folder = await makePlatformFolder(runFolder, number);
  const { servers, observer } = await startData(folder, closing);
  const spares = createSpares();
  closing.push(spares.kill);
  const brokers = await keepBroker(folder, spares);
  closing.push(() => brokers.current().kill());
  const [mariadbProxy, redisProxy] = [await startTcpProxy(servers.mariadb.port), await startTcpProxy(servers.redis.port)];
  closing.push(() => Promise.all([mariadbProxy.close(), redisProxy.close()]));
  const [traffic, workerTraffic] = [countingTraffic(LEDGER_QUEUE), countingTraffic(WORKER_QUEUE)];
  const publications = countingPublications();
  const brokerEndpoint = brokers.current().ready.endpoint;
  const queueProxy: QueueProxy = await startQueueProxy(brokerEndpoint, [
    shorteningVisibility(() => VISIBILITY_SECONDS),
    replacingOrigin(brokerEndpoint, () => queueProxy.endpoint),
    traffic.fault,
    workerTraffic.fault,
    publications.fault,
  ]);
  closing.push(queueProxy.close);
  const tokens = await createTestTokens();
  const envOf = environmentOf({
    compiled: compiledFolder(runFolder),
    servers,
    mariadbProxy,
    redisProxy,
    broker: brokers.current().ready,
    endpoint: queueProxy.endpoint,
    tokens,
  });
  const processes = await createProcesses({ folder, spares, envOf });
  closing.push(processes.killAll);
  await Promise.all(SERVICES.map((name) => processes.start(name)));
  return {
    folder,
    servers,
    mariadbProxy,
    redisProxy,
    queueProxy,
    traffic,
    workerTraffic,
    publications,
    processes,
    tokens,
    observer,
    queues: createQueues(brokers.current().ready),
    depths: async (names) => z.record(z.string(), z.number()).parse(await brokers.current().ask('depths', ...names)),
    killBroker: () => brokers.current().kill(),
    startBroker: brokers.start,
    broker: brokers.current,
    restoreNetwork: () => {
      queueProxy.restore();
      mariadbProxy.restore();
      redisProxy.restore();
    },
  };
}

/** MariaDB and Redis, with every schema in its place. */
async function startData(folder: string, closing: Close[]): Promise<Pick<Platform, 'servers' | 'observer'>> {
  const servers = await startServers(folder);
  closing.push(() => Promise.all([servers.mariadb.stop(), servers.redis.stop()]));
  const ca = readFileSync(servers.caFile, 'utf8');
  setDefaultCACertificates([...getCACertificates('default'), ca]);
  const observer = createObserver({ port: servers.mariadb.port, ...servers.master, ca });
  closing.push(observer.close);
  await createSchemas(observer.query, {
    secretArn: 'arn:aws:secretsmanager:eu-west-1:222222222222:secret:master',
    host: 'localhost',
    port: servers.mariadb.port,
    secretReader: async () => servers.master,
  });
  return { servers, observer };
}

interface Brokers {
  current(): FaultProcess<BrokerReady>;
  start(): Promise<void>;
}

/** Always at the same address, with the same state. */
async function keepBroker(folder: string, spares: Spares): Promise<Brokers> {
  const port = await findFreePort();
  const launch = (): Promise<FaultProcess<BrokerReady>> =>
    spares.start({
      title: 'broker',
      program: new URL('../processes/broker.ts', import.meta.url),
      env: {
        FAULTS_BROKER_PORT: String(port),
        FAULTS_BROKER_STATE: join(folder, 'broker'),
        FAULTS_VISIBILITY_SECONDS: String(VISIBILITY_SECONDS),
      },
      logFile: join(folder, 'broker.log'),
      ready: brokerReady,
    });
  let broker = await launch();
  return {
    current: () => broker,
    start: async () => {
      broker = await launch();
    },
  };
}

interface Surroundings {
  /** What Node has compiled. */
  readonly compiled: string;
  readonly servers: Servers;
  readonly mariadbProxy: TcpProxy;
  readonly redisProxy: TcpProxy;
  readonly broker: BrokerReady;
  /** Of the proxy in front of SQS, SNS and S3. */
  readonly endpoint: string;
  readonly tokens: TestTokens;
}

/** What every process is told; all of it leads through the proxies. */
function environmentOf({
  compiled,
  servers,
  mariadbProxy,
  redisProxy,
  broker,
  endpoint,
  tokens,
}: Surroundings): (name: ProcessName) => Record<string, string> {
  const proxied = Object.entries(broker.env).map(([name, value]) => [name, value.replace(broker.endpoint, endpoint)] as const);
  const shared: Record<string, string> = {
    ...Object.fromEntries(proxied),
    LEDGER_QUEUE_URL: broker.ledgerUrl.replace(broker.endpoint, endpoint),
    TORII_TEST_MARIADB_PORT: String(mariadbProxy.port),
    TORII_TEST_REDIS_PORT: String(redisProxy.port),
    TORII_TEST_MARIADB_PID: String(servers.mariadb.pid()),
    TORII_TEST_REDIS_PID: String(servers.redis.pid()),
    TORII_TEST_USERNAME: servers.master.username,
    TORII_TEST_PASSWORD: servers.master.password,
    TORII_TEST_CA_FILE: servers.caFile,
    ...tokenVariables(tokens),
    NODE_COMPILE_CACHE: compiled,
    ENVIRONMENT: 'faults',
    LOG_LEVEL: 'warn',
    HOST: '127.0.0.1',
    // Traces would cost the machine more than they tell here.
    OTEL_TRACES_SAMPLER_ARG: '0',
    EVENT_BUS_NAME: 'torii-faults',
    FILES_BUCKET: broker.bucket,
    MESSAGES_BUCKET: broker.bucket,
  };
  return (name) => {
    const service = name.startsWith('catalog') ? 'catalog' : name === 'ledger' ? 'ledger' : 'jobs';
    return {
      ...shared,
      SERVICE_NAME: name,
      DATABASE_NAME: service,
      EVENTS_TOPIC_ARN: broker.topicArns[service] ?? '',
    };
  };
}
