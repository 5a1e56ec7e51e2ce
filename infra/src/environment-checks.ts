// What CloudFormation would refuse, but only halfway through a deployment, and what nobody would notice before two VPCs are peered, or a database is full.
import { findAddressBlock, overlap, type AddressBlock } from './address-block.ts';
import { countAccepted, countWanted, LEAST_POOL_SIZE } from './database-connections.ts';
import type { EnvironmentSettings } from './environment-settings.ts';

// https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html, without those of China and of governments.
const REGIONS: ReadonlySet<string> = new Set(
  `us-east-1 us-east-2 us-west-1 us-west-2 ca-central-1 ca-west-1 mx-central-1 sa-east-1 eu-west-1 eu-west-2 eu-west-3
  eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 me-south-1 me-central-1 il-central-1 af-south-1 ap-east-1
  ap-east-2 ap-south-1 ap-south-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-southeast-1 ap-southeast-2
  ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7`.split(/\s+/),
);

/** Of Graviton, which everything here runs on; the burstable ones end at 2xlarge, the others begin at large. */
const INSTANCE_TYPE =
  /^(t4g\.(nano|micro|small|medium|large|xlarge|2xlarge)|[mr][67]g\.(large|xlarge|2xlarge|4xlarge|8xlarge|12xlarge|16xlarge))$/;
/** RDS and ElastiCache have no nano. */
const DATA_INSTANCE_TYPE = new RegExp(INSTANCE_TYPE.source.replace('nano|', ''));

/** MiB that Fargate accepts with as many CPU units: the least, the most, and the step between. */
const FARGATE_MEMORY: Readonly<Record<number, readonly [least: number, most: number, step: number]>> = {
  256: [512, 2048, 512],
  512: [1024, 4096, 1024],
  1024: [2048, 8192, 1024],
  2048: [4096, 16_384, 1024],
  4096: [8192, 30_720, 1024],
};

/** The retention periods CloudWatch Logs knows that make sense here. */
export const LOG_RETENTION_STEPS: readonly number[] = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731];

/**
 * A message may lie 14 days in its queue, 14 in the dead-letter queue and, redriven, 14 in its queue again; what remains is the time to
 * notice. Its data must be there as long.
 */
const MIN_MESSAGE_RETENTION_DAYS = 60;

interface Requirement {
  /** What the settings have to be, as the end of "it must …"; a function where that depends on them. */
  readonly must: string | ((settings: EnvironmentSettings) => string);
  isMet(settings: EnvironmentSettings): boolean;
}

const PLACE_REQUIREMENTS: readonly Requirement[] = [
  { must: 'have an account of twelve digits', isMet: ({ account }) => /^\d{12}$/.test(account) },
  { must: 'have a region that AWS has, such as eu-west-1', isMet: ({ region }) => REGIONS.has(region) },
  { must: 'have a cidr that names a network of IPv4, /16 to /18, such as 10.40.0.0/16', isMet: ({ cidr }) => isUsableBlock(cidr) },
  { must: 'have two availabilityZones or more', isMet: ({ availabilityZones }) => new Set(availabilityZones).size >= 2 },
  {
    must: 'have availabilityZones of its region, each once',
    isMet: ({ availabilityZones: zones, region }) =>
      new Set(zones).size === zones.length && zones.every((zone) => new RegExp(`^${region}[a-f]$`).test(zone)),
  },
  {
    must: 'have a cloudFrontPrefixListId that begins with pl-',
    isMet: ({ cloudFrontPrefixListId }) => /^pl-[0-9a-f]{8,17}$/.test(cloudFrontPrefixListId),
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
    must: 'have a domainName of lower-case labels',
    isMet: ({ domainName }) => /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/.test(domainName),
  },
  {
    must: 'have uploadOrigins with one * at most in each',
    isMet: ({ uploadOrigins }) => uploadOrigins.every((origin) => origin.split('*').length <= 2),
  },
  {
    must: 'have a chat with the ids that Slack gives workspaces (T…) and channels (C…), or none',
    isMet: ({ chat }) =>
      chat === undefined || (/^T[0-9A-Z]{6,20}$/.test(chat.slackWorkspaceId) && /^C[0-9A-Z]{6,20}$/.test(chat.slackChannelId)),
  },
  { must: 'have an alarmEmail with an @', isMet: ({ alarmEmail }) => alarmEmail.includes('@') },
];

const RETENTION_REQUIREMENTS: readonly Requirement[] = [
  {
    must: `have logRetentionDays of ${LOG_RETENTION_STEPS.join(', ')}`,
    isMet: ({ logRetentionDays }) => LOG_RETENTION_STEPS.includes(logRetentionDays),
  },
  {
    must: `have messageRetentionDays of ${MIN_MESSAGE_RETENTION_DAYS} or more`,
    isMet: ({ messageRetentionDays }) => messageRetentionDays >= MIN_MESSAGE_RETENTION_DAYS,
  },
  {
    // S3 refuses to delete what it has to move to another class on the same day, or later.
    must: 'have logLake.retentionDays that are more than its logRetentionDays, and more than 30',
    isMet: ({ logLake, logRetentionDays }) =>
      Number.isInteger(logLake.retentionDays) && logLake.retentionDays > Math.max(30, logRetentionDays),
  },
  {
    must: 'have a logLake.dashboardPrincipalArn of a QuickSight user or group of its account, or none',
    isMet: ({ logLake: { dashboardPrincipalArn: arn }, account }) =>
      arn === undefined || new RegExp(`^arn:aws:quicksight:[a-z0-9-]+:${account}:(user|group)/[^/\\s]+/\\S+$`).test(arn),
  },
  {
    must: 'have database.backupRetentionDays from 0 to 35, and 1 or more with a readReplica or with protectData',
    isMet: ({ database: { backupRetentionDays: days, readReplica }, protectData }) =>
      Number.isInteger(days) && days <= 35 && days >= (readReplica || protectData ? 1 : 0),
  },
  {
    must: "have secretRotationDays from 1 to 1000, which is Secrets Manager's most, or none",
    isMet: ({ secretRotationDays: days }) => days === undefined || (Number.isInteger(days) && days >= 1 && days <= 1000),
  },
];

const SIZE_REQUIREMENTS: readonly Requirement[] = [
  {
    must: 'have a nat.instanceType of Graviton, such as t4g.nano',
    isMet: ({ nat }) => nat.kind !== 'instance' || INSTANCE_TYPE.test(nat.instanceType),
  },
  {
    must: 'have a database.instanceType of Graviton without its db., such as t4g.micro or m7g.large',
    isMet: ({ database }) => DATA_INSTANCE_TYPE.test(database.instanceType),
  },
  {
    must: 'have a database.readReplica.instanceType of Graviton without its db., such as t4g.micro or m7g.large',
    isMet: ({ database: { readReplica } }) => !readReplica || DATA_INSTANCE_TYPE.test(readReplica.instanceType),
  },
  {
    must: "have database.allocatedStorageGiB from 20, which is gp3's least, to 65536",
    isMet: ({ database: { allocatedStorageGiB: size } }) => Number.isInteger(size) && size >= 20 && size <= 65_536,
  },
  {
    must: 'have a cache.nodeType of Graviton without its cache., such as t4g.micro or m7g.large',
    isMet: ({ cache }) => DATA_INSTANCE_TYPE.test(cache.nodeType),
  },
  {
    must: 'have cache.replicas from 0 to 5',
    isMet: ({ cache: { replicas } }) => Number.isInteger(replicas) && replicas >= 0 && replicas <= 5,
  },
  { must: 'have service.cpu and service.memoryMiB that Fargate accepts together', isMet: ({ service }) => isFargateSize(service) },
  {
    must: 'have service.minTasks of 1 or more and service.maxTasks no smaller',
    isMet: ({ service }) => service.minTasks >= 1 && service.maxTasks >= service.minTasks,
  },
  {
    must: `have a service.databasePoolSize of ${LEAST_POOL_SIZE} or more, a whole number: with fewer connections messages may wait for each other`,
    isMet: ({ service: { databasePoolSize: size } }) => Number.isInteger(size) && size >= LEAST_POOL_SIZE,
  },
  { must: describeConnections, isMet: (settings) => listFullDatabases(settings).length === 0 },
  {
    must: "have deployment.keepBlueMinutes from 0 to 2880, which is CodeDeploy's most",
    isMet: ({ deployment: { keepBlueMinutes: minutes } }) => Number.isInteger(minutes) && minutes >= 0 && minutes <= 2880,
  },
  { must: 'have a monthlyBudgetUsd of 1 or more', isMet: ({ monthlyBudgetUsd }) => monthlyBudgetUsd >= 1 },
  {
    must: 'have toleratedJobFailures of 0 or more, a whole number',
    isMet: ({ toleratedJobFailures: number }) => Number.isInteger(number) && number >= 0,
  },
  { must: 'have service.requestsPerTask of 1 or more', isMet: ({ service }) => service.requestsPerTask >= 1 },
  { must: 'have a tracesSamplingRatio from 0 to 1', isMet: ({ tracesSamplingRatio: ratio }) => ratio >= 0 && ratio <= 1 },
  {
    must: 'have an apiThrottle.rate of 1 or more and an apiThrottle.burst no smaller',
    isMet: ({ apiThrottle: { rate, burst } }) => rate >= 1 && burst >= rate,
  },
];

const REQUIREMENTS: readonly Requirement[] = [...PLACE_REQUIREMENTS, ...RETENTION_REQUIREMENTS, ...SIZE_REQUIREMENTS];

/** @throws Error listing every requirement that the settings do not meet. */
export function assertSettings(settings: EnvironmentSettings): void {
  const unmet = REQUIREMENTS.filter((requirement) => !requirement.isMet(settings)).map(({ must }) =>
    typeof must === 'string' ? must : must(settings),
  );
  if (unmet.length > 0) throw new Error(`Environment '${settings.name}' cannot be synthesized: it must ${unmet.join('; it must ')}.`);
}

/**
 * What no two stages may share: an account, a domain name, an address of a VPC.
 * @throws Error that names every two stages, and what they share
 */
export function assertApart(all: readonly EnvironmentSettings[]): void {
  const problems = all.flatMap((one, index) => all.slice(index + 1).flatMap((other) => listShared(one, other)));
  if (problems.length > 0) throw new Error(`Environments cannot be synthesized: ${problems.join('; ')}.`);
}

function listShared(one: EnvironmentSettings, other: EnvironmentSettings): readonly string[] {
  const names = `${one.name} and ${other.name} must`;
  const [block, otherBlock] = [findAddressBlock(one.cidr), findAddressBlock(other.cidr)];
  return [
    ...(one.account === other.account ? [`${names} have an account each, not both ${one.account}`] : []),
    ...(one.domainName === other.domainName ? [`${names} have a domainName each, not both ${one.domainName}`] : []),
    ...(block && otherBlock && overlap(block, otherBlock)
      ? [`${names} have VPCs that do not overlap, as the cidr ${one.cidr} and ${other.cidr} do`]
      : []),
  ];
}

/** A /18 has room for three subnets in each of three zones; a VPC has no more than a /16. */
function isUsableBlock(cidr: string): boolean {
  const block: AddressBlock | undefined = findAddressBlock(cidr);
  return block !== undefined && block.prefixLength >= 16 && block.prefixLength <= 18;
}

function isFargateSize({ cpu, memoryMiB }: EnvironmentSettings['service']): boolean {
  const [least, most, step] = FARGATE_MEMORY[cpu] ?? [1, 0, 1];
  return memoryMiB >= least && memoryMiB <= most && (memoryMiB - least) % step === 0;
}

/** Of the database and its replica those that would refuse connections; a class that RDS does not have is refused elsewhere. */
function listFullDatabases(settings: EnvironmentSettings): readonly string[] {
  const { instanceType, readReplica } = settings.database;
  const classes = { instanceType, ...(readReplica && { 'readReplica.instanceType': readReplica.instanceType }) };
  return Object.entries(classes)
    .filter(([, type]) => DATA_INSTANCE_TYPE.test(type) && countAccepted(type) < countWanted(settings))
    .map(([setting, type]) => `database.${setting} ${type} takes ${countAccepted(type)}`);
}

function describeConnections(settings: EnvironmentSettings): string {
  const { maxTasks, databasePoolSize } = settings.service;
  return (
    `have a database that takes ${countWanted(settings)} connections, but ${listFullDatabases(settings).join(' and ')}: each backend has up to ` +
    `${maxTasks} tasks (service.maxTasks) with ${databasePoolSize} connections and one for the relay, twice while it is deployed; ` +
    'choose a larger class, fewer tasks or a smaller service.databasePoolSize'
  );
}
