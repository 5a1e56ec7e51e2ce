import { describe, expect, it } from '@jest/globals';
import { assertSettings, getEnvironment } from './environments.ts';

const dev = getEnvironment('dev');

describe('getEnvironment', () => {
  it('refuses an environment nobody has defined, by its name', () => {
    expect(() => getEnvironment('qa')).toThrow("Environment 'qa' cannot be synthesized: it is not one of dev.");
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

  it.each([
    ['an account with letters', { account: '22222222222x' }, 'account'],
    ['a block that leaves no room for subnets', { cidr: '10.0.0.0/24' }, 'cidr'],
    ['a single zone', { availabilityZones: ['eu-west-1a'] }, 'availabilityZones'],
    ['a zone of another region', { availabilityZones: ['eu-west-1a', 'us-east-1b'] }, 'availabilityZones'],
    ['a certificate of another region', { certificateArn: dev.edgeCertificateArn }, 'certificateArn'],
    ['a certificate CloudFront cannot read', { edgeCertificateArn: dev.certificateArn }, 'edgeCertificateArn'],
    ['an origin with two wildcards', { uploadOrigins: ['http://*:*'] }, 'uploadOrigins'],
    ['an address without @', { alarmEmail: 'nobody' }, 'alarmEmail'],
    ['days that CloudWatch does not know', { logRetentionDays: 31 }, 'logRetentionDays'],
    ['an archive that ends before redriven messages do', { messageRetentionDays: 59 }, 'messageRetentionDays'],
  ])('refuses %s', (_, change, setting) => {
    expect(() => assertSettings({ ...dev, ...change })).toThrow(setting);
  });
});
