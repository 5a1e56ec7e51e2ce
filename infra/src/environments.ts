/** The stages that exist. Another one is another entry of `ENVIRONMENTS` below. */
export type EnvironmentName = 'dev';

/** Everything that differs between stages. A value that is the same in all of them belongs to the construct that needs it. */
export interface EnvironmentSettings {
  readonly name: EnvironmentName;
  /** Twelve digits; one account per stage. */
  readonly account: string;
  readonly region: string;
  /** Named here so that synthesis asks nobody: at least two, which is what RDS and the load balancer demand. */
  readonly availabilityZones: readonly string[];
  /** The VPC's addresses; a /16 leaves room for three subnets per zone. Stages must not overlap: they may be peered one day. */
  readonly cidr: string;
  /** The region's managed prefix list `com.amazonaws.global.cloudfront.origin-facing`. */
  readonly cloudFrontPrefixListId: string;
  /** Where browsers go; the load balancer answers as `alb.<domainName>`. */
  readonly domainName: string;
  /** ACM certificate in `region` for `domainName` and `*.domainName`, used by the load balancer. */
  readonly certificateArn: string;
  /** ACM certificate in us-east-1 for `domainName`: CloudFront reads certificates from nowhere else. */
  readonly edgeCertificateArn: string;
  /** Origins that may upload files from a browser; S3 allows one `*` in each. */
  readonly uploadOrigins: readonly string[];
  /** Who hears of alarms. */
  readonly alarmEmail: string;
  /** True keeps databases, files, users and keys when their stack goes, and refuses their deletion; false lets a stage be thrown away. */
  readonly protectData: boolean;
  /** Days that every log group keeps its events; one of CloudWatch's own steps. */
  readonly logRetentionDays: number;
  /** Days that the archive keeps events and the data of large messages, but for those that a projection is rebuilt from: they stay. */
  readonly messageRetentionDays: number;
  /** Instance type of the machine that carries traffic from the private subnets to the internet. */
  readonly natInstanceType: string;
  readonly database: {
    /** RDS class without its `db.`. */
    readonly instanceType: string;
    readonly allocatedStorageGiB: number;
    readonly backupRetentionDays: number;
  };
  readonly cache: {
    readonly nodeType: string;
  };
  readonly service: {
    /** 1024 is one vCPU; Fargate accepts certain pairs with memory only. */
    readonly cpu: number;
    readonly memoryMiB: number;
    readonly minTasks: number;
    readonly maxTasks: number;
    /** Spot is a third of the price, and AWS may take a task away with two minutes' notice. */
    readonly capacityProvider: 'FARGATE' | 'FARGATE_SPOT';
  };
  /** Share of traces kept, 0 to 1. */
  readonly tracesSamplingRatio: number;
  readonly apiThrottle: {
    /** Requests per second, over all clients. */
    readonly rate: number;
    readonly burst: number;
  };
}

const ENVIRONMENTS: Readonly<Record<EnvironmentName, EnvironmentSettings>> = {
  dev: {
    name: 'dev',
    account: '222222222222',
    region: 'eu-west-1',
    availabilityZones: ['eu-west-1a', 'eu-west-1b'],
    cidr: '10.10.0.0/16',
    cloudFrontPrefixListId: 'pl-4fa04526',
    domainName: 'dev.torii.example.com',
    certificateArn: 'arn:aws:acm:eu-west-1:222222222222:certificate/00000000-0000-4000-8000-000000000000',
    edgeCertificateArn: 'arn:aws:acm:us-east-1:222222222222:certificate/00000000-0000-4000-8000-000000000000',
    // Developers run the web application on their machine, on any port.
    uploadOrigins: ['https://dev.torii.example.com', 'http://localhost:*'],
    alarmEmail: 'developers@example.com',
    protectData: false,
    logRetentionDays: 30,
    messageRetentionDays: 90,
    natInstanceType: 't4g.nano',
    database: { instanceType: 't4g.micro', allocatedStorageGiB: 20, backupRetentionDays: 1 },
    cache: { nodeType: 'cache.t4g.micro' },
    service: { cpu: 256, memoryMiB: 512, minTasks: 1, maxTasks: 4, capacityProvider: 'FARGATE_SPOT' },
    tracesSamplingRatio: 1,
    apiThrottle: { rate: 1000, burst: 2000 },
  },
};

/**
 * The settings of a stage, checked.
 * @throws Error that names the unknown stage, or every setting that cannot work.
 */
export function getEnvironment(name: string): EnvironmentSettings {
  const settings = Object.values(ENVIRONMENTS).find((candidate) => candidate.name === name);
  if (!settings) {
    throw new Error(`Environment '${name}' cannot be synthesized: it is not one of ${Object.keys(ENVIRONMENTS).join(', ')}.`);
  }
  assertSettings(settings);
  return settings;
}

// The retention periods CloudWatch Logs knows that make sense here.
const LOG_RETENTION_STEPS: readonly number[] = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731];

/**
 * A message may lie 14 days in its queue, 14 in the dead-letter queue and, redriven, 14 in its queue again; what remains is the time to
 * notice. Its data must be there as long.
 */
const MIN_MESSAGE_RETENTION_DAYS = 60;

interface Requirement {
  /** What the settings have to be, as the end of "it must …". */
  readonly must: string;
  isMet(settings: EnvironmentSettings): boolean;
}

/** What CloudFormation would refuse, but only halfway through a deployment. */
const REQUIREMENTS: readonly Requirement[] = [
  { must: 'have an account of twelve digits', isMet: ({ account }) => /^\d{12}$/.test(account) },
  { must: 'have a cidr of IPv4, /16 to /18', isMet: ({ cidr }) => /^(\d{1,3}\.){3}\d{1,3}\/1[6-8]$/.test(cidr) },
  { must: 'have two availabilityZones or more', isMet: ({ availabilityZones }) => availabilityZones.length >= 2 },
  {
    must: 'have availabilityZones of its region',
    isMet: ({ availabilityZones, region }) => availabilityZones.every((zone) => zone.startsWith(region)),
  },
  {
    must: 'have a certificateArn of its account and region',
    isMet: ({ certificateArn, account, region }) => certificateArn.startsWith(`arn:aws:acm:${region}:${account}:certificate/`),
  },
  {
    must: 'have an edgeCertificateArn of its account in us-east-1',
    isMet: ({ edgeCertificateArn, account }) => edgeCertificateArn.startsWith(`arn:aws:acm:us-east-1:${account}:certificate/`),
  },
  {
    must: 'have uploadOrigins with one * at most in each',
    isMet: ({ uploadOrigins }) => uploadOrigins.every((origin) => origin.split('*').length <= 2),
  },
  { must: 'have an alarmEmail with an @', isMet: ({ alarmEmail }) => alarmEmail.includes('@') },
  {
    must: `have logRetentionDays of ${LOG_RETENTION_STEPS.join(', ')}`,
    isMet: ({ logRetentionDays }) => LOG_RETENTION_STEPS.includes(logRetentionDays),
  },
  {
    must: `have messageRetentionDays of ${MIN_MESSAGE_RETENTION_DAYS} or more`,
    isMet: ({ messageRetentionDays }) => messageRetentionDays >= MIN_MESSAGE_RETENTION_DAYS,
  },
  {
    must: 'have service.minTasks of 1 or more and service.maxTasks no smaller',
    isMet: ({ service }) => service.minTasks >= 1 && service.maxTasks >= service.minTasks,
  },
  { must: 'have a tracesSamplingRatio from 0 to 1', isMet: ({ tracesSamplingRatio: ratio }) => ratio >= 0 && ratio <= 1 },
];

/** @throws Error listing every requirement that the settings do not meet. */
export function assertSettings(settings: EnvironmentSettings): void {
  const unmet = REQUIREMENTS.filter((requirement) => !requirement.isMet(settings)).map(({ must }) => must);
  if (unmet.length > 0) throw new Error(`Environment '${settings.name}' cannot be synthesized: it must ${unmet.join('; it must ')}.`);
}
