import { describe, expect, it } from '@jest/globals';
import { countWanted } from './database-connections.ts';
import { assertApart, assertSettings } from './environment-checks.ts';
import { ENVIRONMENT_NAMES, getEnvironment } from './environments.ts';
import type { EnvironmentSettings } from './environment-settings.ts';

const dev = getEnvironment('dev');

describe('getEnvironment', () => {
  it('refuses an environment nobody has defined, by its name', () => {
    expect(() => getEnvironment('qa')).toThrow("Environment 'qa' cannot be synthesized: it is not one of dev, staging, prod.");
  });
});

describe('assertSettings', () => {
  it('names every requirement that is not met', () => {
    const settings = { ...dev, account: '42', tracesSamplingRatio: 2, service: { ...dev.service, minTasks: 5, maxTasks: 1 } };
    expect(() => assertSettings(settings)).toThrow(
      "Environment 'dev' cannot be synthesized: it must have an account of twelve digits; it must have a certificateArn of its account and region; " +
        'it must have an edgeCertificateArn of its account in us-east-1; it must have service.minTasks of 1 or more and service.maxTasks no smaller; ' +
        'it must have a tracesSamplingRatio from 0 to 1.',
    );
  });

  it.each<[string, Partial<EnvironmentSettings>, string]>([
    ['no account', { account: '' }, 'account'],
    ['an account with letters', { account: '22222222222x' }, 'account'],
    ['a region that is none', { region: 'eu-west-9' }, 'region'],
    ['a block that leaves no room for subnets', { cidr: '10.0.0.0/24' }, 'cidr'],
    ['a block larger than a VPC', { cidr: '10.0.0.0/15' }, 'cidr'],
    ['an octet above 255', { cidr: '10.256.0.0/16' }, 'cidr'],
    ['an address inside of the block', { cidr: '10.10.1.0/16' }, 'cidr'],
    ['an octet that may be octal', { cidr: '10.010.0.0/16' }, 'cidr'],
    ['a block without its length', { cidr: '10.10.0.0' }, 'cidr'],
    ['a single zone', { availabilityZones: ['eu-west-1a'] }, 'availabilityZones'],
    ['one zone twice', { availabilityZones: ['eu-west-1a', 'eu-west-1a'] }, 'availabilityZones'],
    ['a zone of another region', { availabilityZones: ['eu-west-1a', 'us-east-1b'] }, 'availabilityZones'],
    ['a zone of a region whose name only begins so', { availabilityZones: ['eu-west-1a', 'eu-west-12b'] }, 'availabilityZones'],
    ['a prefix list that is none', { cloudFrontPrefixListId: 'com.amazonaws.global' }, 'cloudFrontPrefixListId'],
    ['a certificate of another region', { certificateArn: dev.edgeCertificateArn }, 'certificateArn'],
    ['a certificate CloudFront cannot read', { edgeCertificateArn: dev.certificateArn }, 'edgeCertificateArn'],
    ['an address for a domain', { domainName: 'https://dev.example.com' }, 'domainName'],
    ['an origin with two wildcards', { uploadOrigins: ['http://*:*'] }, 'uploadOrigins'],
    ['an address without @', { alarmEmail: 'nobody' }, 'alarmEmail'],
    ['a channel by its name', { chat: { slackWorkspaceId: 'T012ABCDEF', slackChannelId: '#alarms' } }, 'chat'],
    ['a budget of nothing', { monthlyBudgetUsd: 0 }, 'monthlyBudgetUsd'],
    ['half a failure', { toleratedJobFailures: 0.5 }, 'toleratedJobFailures'],
    ['days that CloudWatch does not know', { logRetentionDays: 31 }, 'logRetentionDays'],
    ['a lake that forgets before CloudWatch', { logLake: { retentionDays: 30 } }, 'logLake.retentionDays'],
    ['a lake that forgets before its files are moved', { logRetentionDays: 7, logLake: { retentionDays: 14 } }, 'logLake.retentionDays'],
    [
      'a dashboard for somebody of another account',
      { logLake: { retentionDays: 90, dashboardPrincipalArn: 'arn:aws:quicksight:eu-west-1:999999999999:group/default/operators' } },
      'logLake.dashboardPrincipalArn',
    ],
    ['an archive that ends before redriven messages do', { messageRetentionDays: 59 }, 'messageRetentionDays'],
    ['a machine that is no Graviton', { nat: { kind: 'instance', instanceType: 't3.nano' } }, 'nat.instanceType'],
    ['a database class with its prefix', { database: { ...dev.database, instanceType: 'db.t4g.micro' } }, 'database.instanceType'],
    ['a database class that RDS has not', { database: { ...dev.database, instanceType: 't4g.nano' } }, 'database.instanceType'],
    [
      'a replica of a class that does not exist',
      { database: { ...dev.database, readReplica: { instanceType: 'm7g.small', multiAz: false } } },
      'database.readReplica.instanceType',
    ],
    ['a disk smaller than gp3', { database: { ...dev.database, allocatedStorageGiB: 10 } }, 'database.allocatedStorageGiB'],
    ['more days of backup than RDS keeps', { database: { ...dev.database, backupRetentionDays: 36 } }, 'database.backupRetentionDays'],
    [
      'protected data without a backup',
      { protectData: true, database: { ...dev.database, backupRetentionDays: 0 } },
      'backupRetentionDays',
    ],
    [
      'a replica of what has no backup',
      { database: { ...dev.database, backupRetentionDays: 0, readReplica: { instanceType: 't4g.micro', multiAz: false } } },
      'database.backupRetentionDays',
    ],
    ['passwords that never change', { secretRotationDays: 0 }, 'secretRotationDays'],
    ['a node type with its prefix', { cache: { ...dev.cache, nodeType: 'cache.t4g.micro' } }, 'cache.nodeType'],
    ['more copies than ElastiCache makes', { cache: { ...dev.cache, replicas: 6 } }, 'cache.replicas'],
    ['memory that Fargate does not give to so little CPU', { service: { ...dev.service, memoryMiB: 4096 } }, 'service.memoryMiB'],
    ['CPU that Fargate does not have', { service: { ...dev.service, cpu: 300 } }, 'service.cpu'],
    [
      'pools in which messages may wait for each other',
      { service: { ...dev.service, databasePoolSize: 4 } },
      'service.databasePoolSize of 5',
    ],
    ['half a connection', { service: { ...dev.service, databasePoolSize: 5.5 } }, 'service.databasePoolSize of 5'],
    ['more tasks than the database has connections for', { service: { ...dev.service, maxTasks: 3 } }, 't4g.small takes 138'],
    ['larger pools than the database has connections for', { service: { ...dev.service, databasePoolSize: 8 } }, 't4g.small takes 138'],
    ['a database that is too small for its tasks', { database: { ...dev.database, instanceType: 't4g.micro' } }, 't4g.micro takes 57'],
    [
      'a replica that is too small for their reads',
      { database: { ...dev.database, readReplica: { instanceType: 't4g.micro', multiAz: false } } },
      'but database.readReplica.instanceType t4g.micro takes 57:',
    ],
    ['old tasks that are kept for ever', { deployment: { ...dev.deployment, keepBlueMinutes: 2881 } }, 'deployment.keepBlueMinutes'],
    ['tasks that answer nothing', { service: { ...dev.service, requestsPerTask: 0 } }, 'service.requestsPerTask'],
    ['a burst below the rate', { apiThrottle: { rate: 100, burst: 50 } }, 'apiThrottle.burst'],
  ])('refuses %s', (_, change, setting) => {
    expect(() => assertSettings({ ...dev, ...change })).toThrow(setting);
  });

  it('says of a database with too few connections what wants them, and what to do', () => {
    expect(() => assertSettings({ ...dev, database: { ...dev.database, instanceType: 't4g.micro' } })).toThrow(
      `Environment 'dev' cannot be synthesized: it must have a database that takes ${countWanted(dev)} connections, ` +
        'but database.instanceType t4g.micro takes 57: each backend has up to 2 tasks (service.maxTasks) with 5 connections and one for the relay, twice while it is deployed; ' +
        'choose a larger class, fewer tasks or a smaller service.databasePoolSize.',
    );
  });

  it('finds nothing wrong in the settings there are', () => {
    expect(ENVIRONMENT_NAMES.map((name) => getEnvironment(name).name)).toEqual(['dev', 'staging', 'prod']);
  });
});

describe('assertApart', () => {
  const staging = getEnvironment('staging');

  it.each<[string, Partial<EnvironmentSettings>, string]>([
    ['one account twice', { account: dev.account }, 'dev and staging must have an account each, not both 222222222222'],
    ['one domain twice', { domainName: dev.domainName }, 'dev and staging must have a domainName each'],
    ['the same block', { cidr: dev.cidr }, 'dev and staging must have VPCs that do not overlap'],
    ['a block inside of another', { cidr: '10.10.64.0/18' }, 'as the cidr 10.10.0.0/16 and 10.10.64.0/18 do'],
  ])('refuses %s, by the names of both', (_, change, problem) => {
    expect(() => assertApart([dev, { ...staging, ...change }])).toThrow(problem);
  });

  it('lets neighbours be neighbours', () => {
    const halves = ['10.10.0.0/17', '10.10.128.0/17'];
    expect(() =>
      assertApart([
        { ...dev, cidr: halves[0] ?? '' },
        { ...staging, cidr: halves[1] ?? '' },
      ]),
    ).not.toThrow();
  });
});
