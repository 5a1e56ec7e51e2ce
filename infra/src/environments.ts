import { assertApart, assertSettings } from './environment-checks.ts';
import type { EnvironmentName, EnvironmentSettings } from './environment-settings.ts';

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
    monthlyBudgetUsd: 165,
    // Whoever develops wants to see each.
    toleratedJobFailures: 0,
    protectData: false,
    logRetentionDays: 30,
    messageRetentionDays: 90,
    logLake: { retentionDays: 90 },
    nat: { kind: 'instance', instanceType: 't4g.nano' },
    // A micro has too few connections for two releases of three backends.
    database: { instanceType: 't4g.small', allocatedStorageGiB: 20, backupRetentionDays: 1, multiAz: false },
    cache: { nodeType: 't4g.micro', replicas: 0 },
    service: {
      cpu: 256,
      memoryMiB: 512,
      minTasks: 1,
      maxTasks: 2,
      databasePoolSize: 5,
      capacityProvider: 'FARGATE_SPOT',
      requestsPerTask: 1500,
    },
    deployment: { trafficShift: 'ECSAllAtOnce', keepBlueMinutes: 5 },
    containerInsights: false,
    shieldAdvanced: false,
    tracesSamplingRatio: 1,
    apiThrottle: { rate: 1000, burst: 2000 },
  },
  // As prod in shape, so that what breaks there breaks here first; the sizes are the smallest that can be scaled, and it can be thrown away.
  staging: {
    name: 'staging',
    account: '333333333333',
    region: 'eu-west-1',
    availabilityZones: ['eu-west-1a', 'eu-west-1b'],
    cidr: '10.20.0.0/16',
    cloudFrontPrefixListId: 'pl-4fa04526',
    domainName: 'staging.torii.example.com',
    certificateArn: 'arn:aws:acm:eu-west-1:333333333333:certificate/00000000-0000-4000-8000-000000000000',
    edgeCertificateArn: 'arn:aws:acm:us-east-1:333333333333:certificate/00000000-0000-4000-8000-000000000000',
    uploadOrigins: ['https://staging.torii.example.com'],
    alarmEmail: 'developers@example.com',
    monthlyBudgetUsd: 575,
    // The tests of a release bring one bad file on purpose.
    toleratedJobFailures: 1,
    protectData: false,
    secretRotationDays: 30,
    logRetentionDays: 60,
    messageRetentionDays: 90,
    logLake: { retentionDays: 180 },
    nat: { kind: 'gateway-per-zone' },
    database: {
      instanceType: 't4g.medium',
      allocatedStorageGiB: 20,
      backupRetentionDays: 7,
      multiAz: true,
      readReplica: { instanceType: 't4g.medium', multiAz: false },
    },
    cache: { nodeType: 't4g.small', replicas: 1 },
    service: {
      cpu: 256,
      memoryMiB: 512,
      minTasks: 2,
      maxTasks: 4,
      databasePoolSize: 7,
      capacityProvider: 'FARGATE',
      requestsPerTask: 1500,
    },
    deployment: { trafficShift: 'ECSCanary10Percent5Minutes', keepBlueMinutes: 10 },
    containerInsights: true,
    shieldAdvanced: false,
    tracesSamplingRatio: 0.2,
    apiThrottle: { rate: 1000, burst: 2000 },
  },
  prod: {
    name: 'prod',
    account: '444444444444',
    region: 'eu-west-1',
    availabilityZones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
    cidr: '10.30.0.0/16',
    cloudFrontPrefixListId: 'pl-4fa04526',
    domainName: 'torii.example.com',
    certificateArn: 'arn:aws:acm:eu-west-1:444444444444:certificate/00000000-0000-4000-8000-000000000000',
    edgeCertificateArn: 'arn:aws:acm:us-east-1:444444444444:certificate/00000000-0000-4000-8000-000000000000',
    uploadOrigins: ['https://torii.example.com'],
    alarmEmail: 'on-call@example.com',
    monthlyBudgetUsd: 2500,
    // Of some hundred imports a day a few fail for their file; so many at once fail for something that was changed.
    toleratedJobFailures: 10,
    protectData: true,
    secretRotationDays: 90,
    logRetentionDays: 365,
    messageRetentionDays: 365,
    logLake: { retentionDays: 731 },
    nat: { kind: 'gateway-per-zone' },
    database: {
      instanceType: 'm7g.large',
      allocatedStorageGiB: 100,
      backupRetentionDays: 30,
      multiAz: true,
      readReplica: { instanceType: 'm7g.large', multiAz: true },
    },
    cache: { nodeType: 'm7g.large', replicas: 2 },
    service: {
      cpu: 1024,
      memoryMiB: 2048,
      // One in each zone: the loss of one leaves two thirds.
      minTasks: 3,
      maxTasks: 9,
      databasePoolSize: 7,
      capacityProvider: 'FARGATE',
      requestsPerTask: 6000,
    },
    // Five minutes: the slowest of the alarms needs three of them.
    deployment: { trafficShift: 'ECSCanary10Percent5Minutes', keepBlueMinutes: 60 },
    containerInsights: true,
    shieldAdvanced: false,
    tracesSamplingRatio: 0.05,
    apiThrottle: { rate: 5000, burst: 10_000 },
  },
};

/** In the order in which a release passes them. */
export const ENVIRONMENT_NAMES: readonly EnvironmentName[] = Object.values(ENVIRONMENTS).map(({ name }) => name);

/**
 * The settings of a stage, checked: by themselves, and beside those of the other stages.
 * @throws Error that names the unknown stage, or every setting that cannot work.
 */
export function getEnvironment(name: string): EnvironmentSettings {
  const settings = Object.values(ENVIRONMENTS).find((candidate) => candidate.name === name);
  if (!settings) {
    throw new Error(`Environment '${name}' cannot be synthesized: it is not one of ${ENVIRONMENT_NAMES.join(', ')}.`);
  }
  assertSettings(settings);
  assertApart(Object.values(ENVIRONMENTS));
  return settings;
}
