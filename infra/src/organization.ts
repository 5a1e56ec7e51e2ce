/** Accounts of the organization other than the one that manages it. Another one is another entry of `ACCOUNTS` below. */
export type AccountName = 'log-archive' | 'tools' | 'dev' | 'staging' | 'prod';

/** Organizational units, in two levels: a slash is between parent and child. */
export type UnitName = 'security' | 'infrastructure' | 'workloads' | 'workloads/non-production' | 'workloads/production';

/** Groups of people in IAM Identity Center. */
export type GroupName = 'administrators' | 'developers' | 'on-call';

export interface AccountSettings {
  readonly unit: UnitName;
  /** Of its root user. AWS takes an address once in the whole world; `aws+dev@…` arrives at `aws@…` in most mail systems. */
  readonly email: string;
}

/** What differs between two companies that run Torii. Guardrails and permission sets are the same in all of them: see `organization/`. */
export interface OrganizationSettings {
  /** Twelve digits. It pays, and it manages; nothing else runs in it, since no service control policy holds there. */
  readonly managementAccount: string;
  /** Twelve digits: number of `log-archive`, an output of the stack `torii-org-accounts`. */
  readonly logArchiveAccount: string;
  /** `o-…`, as `aws organizations create-organization` prints it. */
  readonly organizationId: string;
  /** `r-…`, as `aws organizations list-roots` prints it. */
  readonly rootId: string;
  /** Where everything runs: the environments, the trail, Identity Center. */
  readonly region: string;
  readonly accounts: Readonly<Record<AccountName, AccountSettings>>;
  readonly trail: {
    /** `GOVERNANCE` lets a chosen few delete early; `COMPLIANCE` lets nobody, not even AWS, and the bucket bills until the last file is free. */
    readonly lockMode: 'GOVERNANCE' | 'COMPLIANCE';
    /** Days that no file can be deleted or overwritten. */
    readonly lockDays: number;
    /** Days until a file is deleted; more than `lockDays`. */
    readonly retentionDays: number;
    /** Days that the events can be searched in CloudWatch; one of its own steps. */
    readonly searchableDays: number;
  };
  readonly identityCenter: {
    /** `arn:aws:sso:::instance/ssoins-…`. */
    readonly instanceArn: string;
    /** Ids of the groups, from whatever directory Identity Center reads. */
    readonly groupIds: Readonly<Record<GroupName, string>>;
  };
  /** Who hears that a root user was at work, or that the guardrails were touched. */
  readonly securityEmail: string;
}

const ORGANIZATION: OrganizationSettings = {
  managementAccount: '999999999999',
  logArchiveAccount: '555555555555',
  organizationId: 'o-exampleorgid',
  rootId: 'r-exam',
  region: 'eu-west-1',
  accounts: {
    'log-archive': { unit: 'security', email: 'aws+torii-log-archive@example.com' },
    tools: { unit: 'infrastructure', email: 'aws+torii-tools@example.com' },
    dev: { unit: 'workloads/non-production', email: 'aws+torii-dev@example.com' },
    staging: { unit: 'workloads/non-production', email: 'aws+torii-staging@example.com' },
    prod: { unit: 'workloads/production', email: 'aws+torii-prod@example.com' },
  },
  trail: { lockMode: 'GOVERNANCE', lockDays: 365, retentionDays: 400, searchableDays: 90 },
  identityCenter: {
    instanceArn: 'arn:aws:sso:::instance/ssoins-0000000000000000',
    groupIds: {
      administrators: '00000000-0000-4000-8000-000000000001',
      developers: '00000000-0000-4000-8000-000000000002',
      'on-call': '00000000-0000-4000-8000-000000000003',
    },
  },
  securityEmail: 'security@example.com',
};

/**
 * The organization's settings, checked.
 * @throws Error that names every setting that cannot work.
 */
export function getOrganization(): OrganizationSettings {
  assertOrganization(ORGANIZATION);
  return ORGANIZATION;
}

// The retention periods CloudWatch Logs knows that make sense here.
const SEARCHABLE_STEPS: readonly number[] = [30, 60, 90, 120, 150, 180, 365, 400, 545, 731];
/** AWS's own limit for the address of a root user. */
const MAX_EMAIL_LENGTH = 64;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const ACCOUNT_ID = /^\d{12}$/;
const GROUP_ID = /^([0-9a-f]{10}-)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** @throws Error listing every requirement that the settings do not meet. */
export function assertOrganization(settings: OrganizationSettings): void {
  const unmet = [
    ...checkIdentifiers(settings),
    ...checkEmails(settings),
    ...checkTrail(settings.trail),
    ...checkIdentityCenter(settings.identityCenter),
  ];
  if (unmet.length > 0) throw new Error(`The organization cannot be synthesized: ${unmet.join('; ')}.`);
}

function checkIdentifiers(settings: OrganizationSettings): readonly string[] {
  const { managementAccount, logArchiveAccount, organizationId, rootId, region } = settings;
  return [
    ...unless(ACCOUNT_ID.test(managementAccount), 'managementAccount must be an account of twelve digits'),
    ...unless(ACCOUNT_ID.test(logArchiveAccount), 'logArchiveAccount must be an account of twelve digits'),
    ...unless(managementAccount !== logArchiveAccount, 'logArchiveAccount must be another account than managementAccount'),
    ...unless(/^o-[a-z0-9]{10,32}$/.test(organizationId), 'organizationId must be o- and ten or more letters and digits'),
    ...unless(/^r-[a-z0-9]{4,32}$/.test(rootId), 'rootId must be r- and four or more letters and digits'),
    ...unless(/^[a-z]{2}(-[a-z]+)+-\d$/.test(region), 'region must be a region, such as eu-west-1'),
  ];
}

function checkEmails({ accounts, securityEmail }: OrganizationSettings): readonly string[] {
  const isUsable = (email: string): boolean => EMAIL.test(email) && email.length <= MAX_EMAIL_LENGTH;
  // Mail systems do not tell capitals apart, and AWS does not either.
  const byAddress = Map.groupBy(Object.entries(accounts), ([, { email }]) => email.toLowerCase());
  return [
    ...Object.entries(accounts).flatMap(([name, { email }]) =>
      unless(isUsable(email), `account ${name} must have an e-mail address of ${MAX_EMAIL_LENGTH} characters at most, not '${email}'`),
    ),
    ...[...byAddress.values()].flatMap((sharing) =>
      unless(sharing.length === 1, `accounts ${sharing.map(([name]) => name).join(' and ')} must have an e-mail address each`),
    ),
    ...unless(isUsable(securityEmail), `securityEmail must be an e-mail address, not '${securityEmail}'`),
  ];
}

function checkTrail({ lockDays, retentionDays, searchableDays }: OrganizationSettings['trail']): readonly string[] {
  return [
    ...unless(lockDays >= 1, 'trail.lockDays must be 1 or more'),
    ...unless(
      retentionDays > lockDays,
      'trail.retentionDays must be more than trail.lockDays, or nothing could be deleted when it should be',
    ),
    ...unless(SEARCHABLE_STEPS.includes(searchableDays), `trail.searchableDays must be one of ${SEARCHABLE_STEPS.join(', ')}`),
  ];
}

function checkIdentityCenter({ instanceArn, groupIds }: OrganizationSettings['identityCenter']): readonly string[] {
  const ids = Object.values(groupIds);
  return [
    ...unless(
      /^arn:aws:sso:::instance\/(ssoins|sso)-[a-z0-9.-]{16}$/.test(instanceArn),
      'identityCenter.instanceArn must be arn:aws:sso:::instance/ssoins-…',
    ),
    ...Object.entries(groupIds).flatMap(([name, id]) =>
      unless(GROUP_ID.test(id), `group ${name} must have the id of a group, not '${id}'`),
    ),
    ...unless(new Set(ids).size === ids.length, 'groups must have an id each: one group in two roles has the rights of both'),
  ];
}

function unless(isMet: boolean, problem: string): readonly string[] {
  return isMet ? [] : [problem];
}
