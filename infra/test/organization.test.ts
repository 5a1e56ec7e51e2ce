import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readAssembly } from '../src/assembly/read-assembly.ts';
import { isAllowed, listMatching, parseStatements, type Call } from './evaluate-policy.ts';
import { synthesizeOrganization, type Synthesized } from './synthesized.ts';
import { textOf, type Json } from './template.ts';

/** Synthesis takes a few seconds, longer on a busy machine. */
const SYNTHESIS_TIMEOUT_MS = 60_000;
const APP = fileURLToPath(new URL('../src/app.ts', import.meta.url));
const MANAGEMENT = '999999999999';
const LOG_ARCHIVE = '555555555555';
const TRAIL = `arn:aws:cloudtrail:eu-west-1:${MANAGEMENT}:trail/torii-organization`;
const BUCKET = `arn:aws:s3:::torii-organization-trail-${LOG_ARCHIVE}`;

let organization: Synthesized;
beforeAll(() => {
  organization = synthesizeOrganization();
}, SYNTHESIS_TIMEOUT_MS);
afterAll(() => organization.remove());

function property(type: string, logicalId: string, name: string): Json | undefined {
  const found = organization.find(type).find((resource) => resource.logicalId === logicalId);
  if (!found) throw new Error(`There is no ${type} ${logicalId}.`);
  return found.Properties[name];
}

/** Statements of every service control policy, of which any one denies. */
function guardrails() {
  return organization.find('AWS::Organizations::Policy').flatMap(({ Properties }) => parseStatements(Properties['Content']));
}

function permissionsOf(permissionSet: string) {
  return parseStatements(property('AWS::SSO::PermissionSet', permissionSet, 'InlinePolicy'));
}

describe('the organization stage', () => {
  it('has the stacks that checklists call by name', () => {
    expect([...organization.templates.keys()].sort()).toEqual(
      ['accounts', 'log-archive', 'trail', 'guardrails', 'access'].map((part) => `torii-org-${part}`).sort(),
    );
  });

  it('is asked for by its name', () => {
    const { status, stderr } = spawnSync(process.execPath, [APP, '--stage', 'galaxy'], { encoding: 'utf8' });
    expect(stderr).toBe("Stage 'galaxy' cannot be synthesized: it is not one of organization, tools; environments are named by --env.\n");
    expect(status).toBe(1);
  });

  it('keeps what cannot be made again when its stack goes', () => {
    const kept = ['AWS::Organizations::Account', 'AWS::Organizations::OrganizationalUnit', 'AWS::KMS::Key', 'AWS::Logs::LogGroup'];
    for (const type of kept) expect(organization.find(type).map(({ DeletionPolicy: policy }) => policy)).not.toContain(undefined);
    expect(kept.flatMap((type) => organization.find(type)).filter(({ DeletionPolicy: policy }) => policy !== 'Retain')).toEqual([]);
  });
});

describe('accounts', () => {
  it('are in their units', () => {
    const parents = organization.find('AWS::Organizations::Account').map(({ Properties: p }) => [textOf(p['AccountName']), p['ParentIds']]);
    expect(Object.fromEntries(parents)).toEqual({
      'torii-log-archive': [{ 'Fn::GetAtt': ['Unitsecurity', 'Id'] }],
      'torii-tools': [{ 'Fn::GetAtt': ['Unitinfrastructure', 'Id'] }],
      'torii-dev': [{ 'Fn::GetAtt': ['Unitworkloadsnonproduction', 'Id'] }],
      'torii-staging': [{ 'Fn::GetAtt': ['Unitworkloadsnonproduction', 'Id'] }],
      'torii-prod': [{ 'Fn::GetAtt': ['Unitworkloadsproduction', 'Id'] }],
    });
    expect(property('AWS::Organizations::OrganizationalUnit', 'Unitworkloadsproduction', 'ParentId')).toEqual({
      'Fn::GetAtt': ['Unitworkloads', 'Id'],
    });
  });

  it('are made one after the other, since AWS refuses two at once', () => {
    const template = organization.templates.get('torii-org-accounts');
    const accounts = Object.entries(template?.Resources ?? {}).filter(([, { Type }]) => Type === 'AWS::Organizations::Account');
    const dependencies = accounts.map(([, resource]) => textOf((Reflect.get(resource, 'DependsOn') as Json | undefined) ?? 'none'));
    expect(dependencies).toEqual(['none', ...accounts.slice(0, -1).map(([id]) => JSON.stringify([id]))]);
  });
});

describe('guardrails', () => {
  it('are on the root, and each short enough for AWS', () => {
    const policies = organization.find('AWS::Organizations::Policy').map(({ Properties }) => Properties);
    expect(policies.map(({ Name }) => textOf(Name)).sort()).toEqual(['torii-no-root-user', 'torii-regions', 'torii-stay', 'torii-trail']);
    for (const policy of policies) {
      expect(policy).toMatchObject({ Type: 'SERVICE_CONTROL_POLICY', TargetIds: ['r-exam'] });
      expect(JSON.stringify(policy['Content']).length).toBeLessThanOrEqual(5120);
    }
  });

  const inRegion = (region: string, action: string): Call => ({ action, context: { 'aws:RequestedRegion': region } });
  const bucketCall = (action: string): Call => ({ ...inRegion('eu-west-1', action), resource: `${BUCKET}/AWSLogs/x/y.json.gz` });
  const keyCall = (action: string, ...aliases: readonly string[]): Call => ({
    action,
    resource: `arn:aws:kms:eu-west-1:${LOG_ARCHIVE}:key/1`,
    context: { 'aws:RequestedRegion': 'eu-west-1', 'kms:ResourceAliases': aliases },
  });

  it.each([
    ['a machine in another region', inRegion('us-east-2', 'ec2:RunInstances'), 'OtherRegions'],
    ['a bucket in another region', inRegion('eu-central-1', 's3:CreateBucket'), 'OtherRegions'],
    ['a machine in the region of the edge', inRegion('us-east-1', 'ec2:RunInstances'), 'EdgeRegion'],
    ['a database in the region of the edge', inRegion('us-east-1', 'rds:CreateDBInstance'), 'EdgeRegion'],
    ['turning on another region', inRegion('us-east-1', 'account:EnableRegion'), 'EdgeRegion'],
    ['leaving', inRegion('us-east-1', 'organizations:LeaveOrganization'), 'Leave'],
    ['stopping the trail', { ...inRegion('eu-west-1', 'cloudtrail:StopLogging'), resource: TRAIL }, 'Trail'],
    ['deleting the trail', { ...inRegion('eu-west-1', 'cloudtrail:DeleteTrail'), resource: TRAIL }, 'Trail'],
    ['blinding the trail', { ...inRegion('eu-west-1', 'cloudtrail:PutEventSelectors'), resource: TRAIL }, 'Trail'],
    ['deleting a file of the trail', bucketCall('s3:DeleteObjectVersion'), 'Bucket'],
    ['lifting the lock of a file', bucketCall('s3:BypassGovernanceRetention'), 'Bucket'],
    ["opening the trail's bucket", { ...inRegion('eu-west-1', 's3:PutBucketPolicy'), resource: BUCKET }, 'Bucket'],
    ["letting the trail's files expire", { ...inRegion('eu-west-1', 's3:PutLifecycleConfiguration'), resource: BUCKET }, 'Bucket'],
    ["deleting the trail's key", keyCall('kms:ScheduleKeyDeletion', 'alias/torii-organization-trail'), 'Key'],
    ["disabling the trail's key", keyCall('kms:DisableKey', 'alias/other', 'alias/torii-organization-trail'), 'Key'],
    [
      'taking the name from the key',
      { action: 'kms:DeleteAlias', resource: `arn:aws:kms:eu-west-1:${LOG_ARCHIVE}:alias/torii-organization-trail` },
      'Alias',
    ],
  ] as const)('deny %s', (_, call: Call, sid) => {
    expect(listMatching(guardrails(), 'Deny', call)).toContain(sid);
  });

  it('deny the root user of any account everything', () => {
    const asRoot = { 'aws:PrincipalArn': 'arn:aws:iam::222222222222:root', 'aws:RequestedRegion': 'eu-west-1' };
    for (const action of ['s3:ListBucket', 'iam:CreateUser', 'ec2:DescribeInstances'])
      expect(listMatching(guardrails(), 'Deny', { action, context: asRoot })).toEqual(['RootUser']);
  });

  it.each([
    ['a machine at home', inRegion('eu-west-1', 'ec2:RunInstances')],
    ['people and their permissions, everywhere one', inRegion('us-east-1', 'iam:CreateRole')],
    ['the content delivery network', inRegion('us-east-1', 'cloudfront:CreateDistribution')],
    ['domains', inRegion('us-east-1', 'route53:ChangeResourceRecordSets')],
    ['the price of things', inRegion('us-east-1', 'ce:GetCostAndUsage')],
    ['budgets', inRegion('us-east-1', 'budgets:ModifyBudget')],
    ['Shield', inRegion('us-east-1', 'shield:CreateProtection')],
    ['chat', inRegion('us-east-2', 'chatbot:CreateSlackChannelConfiguration')],
    ["the edge's firewall", inRegion('us-east-1', 'wafv2:CreateWebACL')],
    ["the edge's certificate", inRegion('us-east-1', 'acm:RequestCertificate')],
    ["the edge's stack", inRegion('us-east-1', 'cloudformation:CreateStack')],
    ['the global door of STS', inRegion('us-east-1', 'sts:AssumeRole')],
    ["an application's own trail", { ...inRegion('eu-west-1', 'cloudtrail:StopLogging'), resource: `${TRAIL}-of-somebody` }],
    ['emptying any other bucket', { ...inRegion('eu-west-1', 's3:DeleteObjectVersion'), resource: 'arn:aws:s3:::torii-dev-files/x' }],
    ['deleting any other key', keyCall('kms:ScheduleKeyDeletion', 'alias/torii-dev')],
    [
      'a role',
      { action: 's3:ListBucket', context: { 'aws:PrincipalArn': 'arn:aws:iam::222222222222:role/x', 'aws:RequestedRegion': 'eu-west-1' } },
    ],
  ] as const)('leave alone %s', (_, call: Call) => {
    expect(listMatching(guardrails(), 'Deny', call)).toEqual([]);
  });

  it('come after the bucket they protect, which could not be made otherwise', () => {
    expect(dependenciesOf('torii-org-guardrails')).toContain('torii-org-log-archive');
    expect(dependenciesOf('torii-org-trail')).toContain('torii-org-log-archive');
  });
});

describe('the trail', () => {
  it('covers every account and region, signs its files and goes to the log archive and to a log group', () => {
    expect(organization.get('AWS::CloudTrail::Trail').Properties).toMatchObject({
      TrailName: 'torii-organization',
      IsLogging: true,
      IsOrganizationTrail: true,
      IsMultiRegionTrail: true,
      IncludeGlobalServiceEvents: true,
      EnableLogFileValidation: true,
      S3BucketName: `torii-organization-trail-${LOG_ARCHIVE}`,
      KMSKeyId: `arn:aws:kms:eu-west-1:${LOG_ARCHIVE}:alias/torii-organization-trail`,
      CloudWatchLogsLogGroupArn: { 'Fn::GetAtt': ['TrailEventsD44DC775', 'Arn'] },
    });
  });

  it('writes to a locked, versioned bucket under its own key', () => {
    const files = organization.find('AWS::S3::Bucket').find(({ Properties: p }) => p['BucketName'] !== undefined);
    expect(files).toMatchObject({
      stack: 'torii-org-log-archive',
      DeletionPolicy: 'Retain',
      Properties: {
        ObjectLockEnabled: true,
        ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 365 } } },
        VersioningConfiguration: { Status: 'Enabled' },
        BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }] },
      },
    });
  });

  it('is the only one that its bucket lets in', () => {
    const policies = organization.find('AWS::S3::BucketPolicy').map(({ Properties }) => Properties);
    const policy = policies.find(({ Bucket: bucket }) => JSON.stringify(bucket).includes('TrailFiles'))?.['PolicyDocument'];
    const bucket = { 'Fn::GetAtt': ['TrailFiles35D3AAD8', 'Arn'] };
    const folder = (owner: string) => ({ 'Fn::Join': ['', [bucket, `/AWSLogs/${owner}/*`]] });
    expect(parseStatements(policy).filter(({ Effect }) => Effect === 'Allow')).toEqual([
      {
        Sid: 'TrailLooksAtItsBucket',
        Effect: 'Allow',
        Principal: { Service: 'cloudtrail.amazonaws.com' },
        Action: 's3:GetBucketAcl',
        Resource: bucket,
        Condition: { StringEquals: { 'aws:SourceArn': TRAIL } },
      },
      {
        Sid: 'TrailWrites',
        Effect: 'Allow',
        Principal: { Service: 'cloudtrail.amazonaws.com' },
        Action: 's3:PutObject',
        Resource: [folder(MANAGEMENT), folder('o-exampleorgid')],
        Condition: { StringEquals: { 'aws:SourceArn': TRAIL, 's3:x-amz-acl': 'bucket-owner-full-control' } },
      },
    ]);
  });

  it('is the only service that encrypts with the key of its files', () => {
    const key = organization.find('AWS::KMS::Key').find(({ stack }) => stack === 'torii-org-log-archive');
    const byServices = parseStatements(key?.Properties['KeyPolicy']).filter(
      (statement) => 'Service' in Object(Reflect.get(statement, 'Principal')),
    );
    expect(byServices.map(({ Action, Condition }) => [Action, Condition?.['StringEquals']])).toEqual([
      ['kms:GenerateDataKey*', { 'aws:SourceArn': TRAIL }],
      ['kms:DescribeKey', { 'aws:SourceArn': TRAIL }],
    ]);
  });

  it('rings for a root user and for changed guardrails, at a topic that alarms may use', () => {
    const alarms = organization.find('AWS::CloudWatch::Alarm').map(({ Properties }) => textOf(Properties['AlarmDescription']));
    expect(alarms.map((description) => description.replace(/.*#/, '')).sort()).toEqual(['guardrails-were-changed', 'root-user-was-used']);
    const topic = parseStatements(organization.get('AWS::SNS::TopicPolicy').Properties['PolicyDocument']);
    expect(topic).toContainEqual(
      expect.objectContaining({ Effect: 'Allow', Action: 'sns:Publish', Principal: { Service: 'cloudwatch.amazonaws.com' } }),
    );
  });
});

describe('permission sets', () => {
  it('are given to groups where they belong', () => {
    const names = new Map([
      ['00000000-0000-4000-8000-000000000001', 'administrators'],
      ['00000000-0000-4000-8000-000000000002', 'developers'],
    ]);
    const assignments = organization.find('AWS::SSO::Assignment').map(({ Properties: p }) => {
      const set = /"(\w+)","PermissionSetArn"/.exec(textOf(p['PermissionSetArn']))?.[1] ?? '';
      const account = /Account(\w+)AccountId/.exec(textOf(p['TargetId']))?.[1] ?? textOf(p['TargetId']);
      return `${names.get(textOf(p['PrincipalId'])) ?? 'on-call'} ${set} ${account}`;
    });
    expect(assignments.sort()).toEqual([
      'administrators Administrator 999999999999',
      ...['dev', 'logarchive', 'prod', 'staging', 'tools'].map((account) => `administrators Administrator ${account}`),
      'developers Developer dev',
      ...['prod', 'staging', 'tools'].map((account) => `developers Reader ${account}`),
      'on-call OnCall prod',
      'on-call OnCall staging',
      'on-call Releaser tools',
    ]);
  });

  it('let releases be approved and taken back, and pipelines stay as they are', () => {
    const approval = 'arn:aws:codepipeline:eu-west-1:111111111111:torii-catalog/Approval/Approve';
    expect(isAllowed(permissionsOf('Releaser'), { action: 'codepipeline:PutApprovalResult', resource: approval })).toBe(true);
    expect(isAllowed(permissionsOf('Reader'), { action: 'codepipeline:PutApprovalResult', resource: approval })).toBe(false);
    expect(isAllowed(permissionsOf('Releaser'), { action: 'codepipeline:UpdatePipeline', resource: approval })).toBe(false);
  });

  it('let developers look in production, but at no user data', () => {
    expect(property('AWS::SSO::PermissionSet', 'Reader', 'ManagedPolicies')).toEqual(['arn:aws:iam::aws:policy/ReadOnlyAccess']);
    for (const action of ['s3:GetObject', 'sqs:ReceiveMessage', 'secretsmanager:GetSecretValue', 'logs:Unmask', 'kms:Decrypt'])
      expect(listMatching(permissionsOf('Reader'), 'Deny', { action })).toEqual(['NoUserData']);
  });

  it('let those on call do what the runbook says, and read no secret', () => {
    const queue = 'arn:aws:sqs:eu-west-1:444444444444:torii-prod-catalog-commands-dlq';
    expect(isAllowed(permissionsOf('OnCall'), { action: 'sqs:DeleteMessage', resource: queue })).toBe(true);
    expect(isAllowed(permissionsOf('OnCall'), { action: 'sqs:DeleteMessage', resource: 'arn:aws:sqs:eu-west-1:444444444444:other' })).toBe(
      false,
    );
    expect(isAllowed(permissionsOf('OnCall'), { action: 'sqs:PurgeQueue', resource: queue })).toBe(false);
    const reboots = ['torii-prod-replica', 'torii-prod'].map((name) =>
      isAllowed(permissionsOf('OnCall'), {
        action: 'rds:RebootDBInstance',
        resource: `arn:aws:rds:eu-west-1:444444444444:db:${name}`,
      }),
    );
    expect(reboots).toEqual([true, false]);
    expect(
      isAllowed(permissionsOf('OnCall'), { action: 'kms:Decrypt', context: { 'kms:ViaService': 'sqs.eu-west-1.amazonaws.com' } }),
    ).toBe(true);
    expect(
      isAllowed(permissionsOf('OnCall'), {
        action: 'kms:Decrypt',
        context: { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' },
      }),
    ).toBe(false);
    expect(isAllowed(permissionsOf('OnCall'), { action: 'secretsmanager:GetSecretValue' })).toBe(false);
  });

  it.each([
    ['an archived event', 's3:GetObject', 'torii-prod-data-messages1/archive/catalog/2026/11/22/14/x', true],
    ['the data of a large message', 's3:GetObject', 'torii-prod-data-messages1/claims/jobs/2026-11-22/x.json', true],
    ['a line of the log lake', 's3:GetObject', 'torii-prod-log-lake-lake1/logs/2026/11/22/14/x.ndjson.gz', true],
    ['what another bucket calls logs', 's3:GetObject', 'torii-prod-edge-accesslogs1/logs/x', false],
    ["a user's upload", 's3:GetObject', 'torii-prod-data-files1/uploads/x.csv', false],
    ["an older version of a user's upload", 's3:GetObjectVersion', 'torii-prod-data-files1/uploads/x.csv', false],
    ['an export', 's3:GetObject', 'torii-prod-data-files1/exports/x.csv', false],
    ['a file of somebody else', 's3:GetObject', 'other/archive/x', false],
  ])('let those on call read of S3 what the tools read: %s', (_what, action, path, isMeant) => {
    // ReadOnlyAccess allows any object, so only a denial keeps one from being read.
    const everything = { Effect: 'Allow', Action: ['s3:Get*'], Resource: '*' } as const;
    const call: Call = { action, resource: `arn:aws:s3:::${path}` };
    expect(isAllowed([everything, ...permissionsOf('OnCall')], call)).toBe(isMeant);
  });

  it('let those on call ask the log lake, and read no other answers of Athena', () => {
    const call = (action: string, workGroup: string): boolean =>
      isAllowed(permissionsOf('OnCall'), { action, resource: `arn:aws:athena:eu-west-1:444444444444:workgroup/${workGroup}` });
    expect(['athena:StartQueryExecution', 'athena:GetQueryResults'].map((action) => call(action, 'torii-prod'))).toEqual([true, true]);
    expect(['athena:StartQueryExecution', 'athena:GetQueryResults'].map((action) => call(action, 'primary'))).toEqual([false, false]);
    expect(listMatching(permissionsOf('Reader'), 'Deny', { action: 'athena:GetQueryResults' })).toEqual(['NoUserData']);
  });

  it.each(['cognito-idp:ListUsers', 'cognito-idp:AdminGetUser', 'logs:Unmask'])(
    'keep %s from those on call, whatever ReadOnlyAccess says',
    (action) => {
      expect(listMatching(permissionsOf('OnCall'), 'Deny', { action })).toEqual(['NoUserData']);
    },
  );
});

describe('the evaluator of policies', () => {
  const deny = { Sid: 'Canary', Effect: 'Deny', Action: ['cage:Open'], Resource: 'arn:aws:cage:*:*:bird/*' } as const;

  it('notices a guardrail that somebody removed or narrowed', () => {
    const call: Call = { action: 'cloudtrail:StopLogging', resource: TRAIL, context: { 'aws:RequestedRegion': 'eu-west-1' } };
    expect(
      listMatching(
        guardrails().filter(({ Sid }) => Sid !== 'Trail'),
        'Deny',
        call,
      ),
    ).toEqual([]);
    const narrowed = guardrails().map((statement) => (statement.Sid === 'Trail' ? { ...statement, Resource: `${TRAIL}-2` } : statement));
    expect(listMatching(narrowed, 'Deny', call)).toEqual([]);
  });

  it.each<readonly [string, Call]>([
    ['OtherRegions', { action: 'ec2:RunInstances', context: { 'aws:RequestedRegion': 'us-east-2' } }],
    ['EdgeRegion', { action: 'ec2:RunInstances', context: { 'aws:RequestedRegion': 'us-east-1' } }],
    [
      'RootUser',
      { action: 'iam:CreateUser', context: { 'aws:PrincipalArn': 'arn:aws:iam::222222222222:root', 'aws:RequestedRegion': 'eu-west-1' } },
    ],
    ['Leave', { action: 'organizations:LeaveOrganization', context: { 'aws:RequestedRegion': 'us-east-1' } }],
    ['Trail', { action: 'cloudtrail:DeleteTrail', resource: TRAIL, context: { 'aws:RequestedRegion': 'eu-west-1' } }],
    ['Bucket', { action: 's3:DeleteObjectVersion', resource: `${BUCKET}/AWSLogs/x`, context: { 'aws:RequestedRegion': 'eu-west-1' } }],
    [
      'Key',
      {
        action: 'kms:ScheduleKeyDeletion',
        resource: `arn:aws:kms:eu-west-1:${LOG_ARCHIVE}:key/1`,
        context: { 'aws:RequestedRegion': 'eu-west-1', 'kms:ResourceAliases': ['alias/torii-organization-trail'] },
      },
    ],
    [
      'Alias',
      {
        action: 'kms:DeleteAlias',
        resource: `arn:aws:kms:eu-west-1:${LOG_ARCHIVE}:alias/torii-organization-trail`,
        context: { 'aws:RequestedRegion': 'eu-west-1' },
      },
    ],
  ])('needs every guardrail: without %s nothing else denies what it is for', (sid, call) => {
    expect(listMatching(guardrails(), 'Deny', call)).toEqual([sid]);
    const others = guardrails().filter(({ Sid }) => Sid !== sid);
    expect(listMatching(others, 'Deny', call)).toEqual([]);
  });

  it('has a canary for every guardrail', () => {
    const sids = guardrails().map(({ Sid = '' }) => Sid);
    expect(sids.sort()).toEqual(['Alias', 'Bucket', 'EdgeRegion', 'Key', 'Leave', 'OtherRegions', 'RootUser', 'Trail']);
  });

  it('tells actions, resources and conditions apart, as IAM does', () => {
    const bird = 'arn:aws:cage:eu-west-1:1:bird/canary';
    expect(listMatching([deny], 'Deny', { action: 'CAGE:open', resource: bird })).toEqual(['Canary']);
    expect(listMatching([deny], 'Deny', { action: 'cage:OpenWide', resource: bird })).toEqual([]);
    expect(listMatching([deny], 'Deny', { action: 'cage:Open', resource: 'arn:aws:cage:eu-west-1:1:cat/tom' })).toEqual([]);
    const atNight = { ...deny, Condition: { StringNotEquals: { 'cage:Hour': ['noon'] } } };
    expect(listMatching([atNight], 'Deny', { action: 'cage:Open', resource: bird })).toEqual(['Canary']);
    expect(listMatching([atNight], 'Deny', { action: 'cage:Open', resource: bird, context: { 'cage:Hour': 'noon' } })).toEqual([]);
  });

  it('takes everything but what NotResource lists', () => {
    const others = { Effect: 'Deny', Sid: 'Others', Action: ['cage:Open'], NotResource: ['arn:aws:cage:*:*:bird/*'] } as const;
    expect(listMatching([others], 'Deny', { action: 'cage:Open', resource: 'arn:aws:cage:eu-west-1:1:bird/canary' })).toEqual([]);
    expect(listMatching([others], 'Deny', { action: 'cage:Open', resource: 'arn:aws:cage:eu-west-1:1:cat/tom' })).toEqual(['Others']);
  });

  it('refuses to judge a condition it does not know', () => {
    const strange = { ...deny, Condition: { NumericLessThan: { 'cage:Height': '3' } } };
    expect(() => listMatching([strange], 'Deny', { action: 'cage:Open', resource: 'arn:aws:cage:a:b:bird/c' })).toThrow('NumericLessThan');
  });
});

function dependenciesOf(stack: string): readonly string[] {
  const stacks = readAssembly(join(organization.folder, 'assembly-organization'));
  return stacks.find(({ name }) => name === stack)?.dependsOn ?? [];
}
