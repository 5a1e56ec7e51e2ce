import { describe, expect, it } from '@jest/globals';
import { assertLength, listServiceControlPolicies } from './organization/service-control-policies.ts';
import { ENVIRONMENT_NAMES, getEnvironment } from './environments.ts';
import { assertOrganization, getOrganization, type OrganizationSettings } from './organization.ts';
import { getTools } from './tools.ts';

const settings = getOrganization();
const { accounts, trail, identityCenter } = settings;

describe('assertOrganization', () => {
  it('names every requirement that is not met', () => {
    const broken = { ...settings, managementAccount: '42', accounts: { ...accounts, dev: { ...accounts.dev, email: 'nobody' } } };
    expect(() => assertOrganization(broken)).toThrow(
      'The organization cannot be synthesized: managementAccount must be an account of twelve digits; ' +
        "account dev must have an e-mail address of 64 characters at most, not 'nobody'.",
    );
  });

  it('names the accounts that share an address, capitals or not', () => {
    const email = accounts.dev.email.toUpperCase();
    const broken = { ...settings, accounts: { ...accounts, prod: { ...accounts.prod, email } } };
    expect(() => assertOrganization(broken)).toThrow('accounts dev and prod must have an e-mail address each');
  });

  it.each<[string, Partial<OrganizationSettings>, string]>([
    ['an account with letters', { logArchiveAccount: '55555555555x' }, 'logArchiveAccount'],
    ['a log archive in the account that it watches', { logArchiveAccount: settings.managementAccount }, 'logArchiveAccount'],
    ['an organization that is none', { organizationId: 'r-exam' }, 'organizationId'],
    ['a root that is none', { rootId: 'o-exampleorgid' }, 'rootId'],
    ['a region that is none', { region: 'Ireland' }, 'region'],
    ['an address longer than AWS takes', { securityEmail: `${'x'.repeat(60)}@example.com` }, 'securityEmail'],
    ['files that nobody can delete when they should go', { trail: { ...trail, retentionDays: trail.lockDays } }, 'trail.retentionDays'],
    ['no lock', { trail: { ...trail, lockDays: 0 } }, 'trail.lockDays'],
    ['days that CloudWatch does not know', { trail: { ...trail, searchableDays: 31 } }, 'trail.searchableDays'],
    ['an Identity Center that is none', { identityCenter: { ...identityCenter, instanceArn: 'ssoins-1' } }, 'identityCenter.instanceArn'],
    [
      'a group by its name',
      { identityCenter: { ...identityCenter, groupIds: { ...identityCenter.groupIds, developers: 'developers' } } },
      "group developers must have the id of a group, not 'developers'",
    ],
    [
      'one group in two roles',
      {
        identityCenter: { ...identityCenter, groupIds: { ...identityCenter.groupIds, developers: identityCenter.groupIds.administrators } },
      },
      'groups must have an id each',
    ],
  ])('refuses %s', (_, change, problem) => {
    expect(() => assertOrganization({ ...settings, ...change })).toThrow(problem);
  });
});

describe('accounts', () => {
  const environments = ENVIRONMENT_NAMES.map(getEnvironment);

  it('of environments and tools are those of the organization, by their names', () => {
    expect([...ENVIRONMENT_NAMES, 'tools', 'log-archive'].sort()).toEqual(Object.keys(accounts).sort());
  });

  it('have a number each', () => {
    const numbers = [
      ...environments.map(({ account }) => account),
      getTools().account,
      settings.managementAccount,
      settings.logArchiveAccount,
    ];
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it('work in the region that the guardrails leave open', () => {
    expect([...environments, getTools()].map(({ region }) => region)).toEqual([...environments, getTools()].map(() => settings.region));
  });
});

describe('listServiceControlPolicies', () => {
  it('has nothing to keep out of the region of the edge when that is where everything runs', () => {
    const [regions] = listServiceControlPolicies({ ...settings, region: 'us-east-1' });
    expect(regions?.statements.map(({ Sid, Condition }) => [Sid, Condition])).toEqual([
      ['OtherRegions', { StringNotEquals: { 'aws:RequestedRegion': ['us-east-1'] } }],
    ]);
  });

  it('refuses a policy that is too long for AWS, by its name', () => {
    const statements = [{ Sid: 'Long', Effect: 'Deny', Action: 'x'.repeat(5120), Resource: '*' }] as const;
    expect(() => assertLength({ name: 'torii-long', description: '', statements })).toThrow("Policy 'torii-long' cannot be synthesized");
  });
});
