import { businessMetrics, OUTBOX_METRICS, PUBLISHERS } from '@torii/contracts';

/** What a stage does in a month, as far as no template says it. Everything that an estimate assumes is here. */
export interface Usage {
  /** One sentence for the reader of the estimate. */
  readonly story: string;
  /** Requests to the API, of phones and of the frontend together. */
  readonly apiRequests: number;
  /** Requests that browsers make to CloudFront. */
  readonly edgeRequests: number;
  /** What CloudFront sends to browsers. */
  readonly edgeGiB: number;
  /** Load balancer capacity units on average: the largest of new and open connections, bytes, rules evaluated. */
  readonly averageLcus: number;
  /** People who sign in or refresh a token. */
  readonly activeUsers: number;
  /** Events and commands sent. */
  readonly messages: number;
  /** Queues that each message reaches, on average. */
  readonly queuesPerMessage: number;
  /** Invocations of all functions together. */
  readonly invocations: number;
  readonly secondsPerInvocation: number;
  /** What all log groups take in together. */
  readonly logGiB: number;
  /** Flow logs: AWS writes these, whatever the services do. */
  readonly flowLogGiB: number;
  /** In all buckets together. */
  readonly storedGiB: number;
  /** Objects written, log files of AWS services included. */
  readonly storedObjects: number;
  /** Calls of KMS by all keys together; SQS and SNS keep data keys for five minutes. */
  readonly keyRequests: number;
  readonly secretRequests: number;
  /** Through the NAT: calls of AWS services other than S3, and whatever goes to the internet. */
  readonly natGiB: number;
  /** Between zones, counted once. */
  readonly crossZoneGiB: number;
  /** Share of API requests that become a trace in X-Ray. */
  readonly tracedShare: number;
  /** Metrics that services write as log lines. */
  readonly embeddedMetrics: number;
  /** What queries of the log lake read. */
  readonly queriedGiB: number;
  /** What pipelines do. @default there are none */
  readonly delivery?: DeliveryUsage;
}

export interface DeliveryUsage {
  /** Pushes that start a pipeline, and come to its end; of each pipeline. */
  readonly executions: number;
  /** Of one action, from its start to its end. */
  readonly minutes: {
    readonly test: number;
    readonly image: number;
    readonly gate: number;
    readonly release: number;
    readonly stacks: number;
    /** CodeDeploy, with the time that the old tasks stay. */
    readonly blueGreen: number;
  };
  /** In one repository. */
  readonly repositoryGiB: number;
}

const EMBEDDED_METRICS = Object.keys(businessMetrics).length + PUBLISHERS.length * Object.keys(OUTBOX_METRICS).length;

const USAGE: Readonly<Record<string, Usage>> = {
  dev: {
    story: 'five developers and the tests of their pipelines; nobody at night',
    apiRequests: 300_000,
    edgeRequests: 200_000,
    edgeGiB: 5,
    averageLcus: 0.1,
    activeUsers: 50,
    messages: 300_000,
    queuesPerMessage: 1.5,
    invocations: 20_000,
    secondsPerInvocation: 1,
    logGiB: 3,
    flowLogGiB: 2,
    storedGiB: 10,
    storedObjects: 300_000,
    keyRequests: 300_000,
    secretRequests: 20_000,
    natGiB: 20,
    crossZoneGiB: 10,
    tracedShare: 1,
    embeddedMetrics: EMBEDDED_METRICS,
    queriedGiB: 5,
  },
  staging: {
    story: 'the tests of every release, and a load test a week',
    apiRequests: 2_000_000,
    edgeRequests: 1_000_000,
    edgeGiB: 20,
    averageLcus: 0.3,
    activeUsers: 200,
    messages: 3_000_000,
    queuesPerMessage: 1.5,
    invocations: 100_000,
    secondsPerInvocation: 2,
    logGiB: 15,
    flowLogGiB: 5,
    storedGiB: 50,
    storedObjects: 500_000,
    keyRequests: 1_000_000,
    secretRequests: 50_000,
    natGiB: 50,
    crossZoneGiB: 50,
    tracedShare: 0.2,
    embeddedMetrics: EMBEDDED_METRICS,
    queriedGiB: 20,
  },
  prod: {
    story: '20 000 active users, 10 requests per second on average',
    apiRequests: 26_000_000,
    edgeRequests: 20_000_000,
    edgeGiB: 500,
    averageLcus: 2,
    activeUsers: 20_000,
    messages: 20_000_000,
    queuesPerMessage: 1.5,
    invocations: 1_000_000,
    secondsPerInvocation: 5,
    logGiB: 150,
    flowLogGiB: 30,
    storedGiB: 500,
    storedObjects: 3_000_000,
    keyRequests: 10_000_000,
    secretRequests: 200_000,
    natGiB: 300,
    crossZoneGiB: 500,
    tracedShare: 0.05,
    embeddedMetrics: EMBEDDED_METRICS,
    queriedGiB: 200,
  },
  tools: {
    story: 'each pipeline sixty times: a dozen pushes to contracts or chassis, the rest of its own',
    apiRequests: 0,
    edgeRequests: 0,
    edgeGiB: 0,
    averageLcus: 0,
    activeUsers: 0,
    messages: 1000,
    queuesPerMessage: 0,
    invocations: 0,
    secondsPerInvocation: 0,
    logGiB: 5,
    flowLogGiB: 0,
    storedGiB: 5,
    storedObjects: 20_000,
    keyRequests: 100_000,
    secretRequests: 0,
    natGiB: 0,
    crossZoneGiB: 0,
    tracedShare: 0,
    embeddedMetrics: 0,
    queriedGiB: 0,
    delivery: {
      executions: 60,
      minutes: { test: 12, image: 8, gate: 2, release: 4, stacks: 10, blueGreen: 35 },
      repositoryGiB: 6,
    },
  },
};

/** @throws Error that names the environment */
export function getUsage(environment: string): Usage {
  const usage = USAGE[environment];
  if (!usage) throw new Error(`The cost of '${environment}' cannot be estimated: infra/src/cost/usage.ts assumes nothing about it.`);
  return usage;
}
