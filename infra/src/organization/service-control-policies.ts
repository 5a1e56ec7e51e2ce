// What nobody in a member account can do, whatever their permissions say; not even an administrator. The management account is free.
import type { OrganizationSettings } from '../organization.ts';
import { TRAIL_KEY_ALIAS, TRAIL_NAME, trailBucketNameOf } from './trail-names.ts';

/** AWS refuses a longer policy, whitespace counted. */
const MAX_CHARACTERS = 5120;
/** CloudFront reads its certificate and its firewall from here and from nowhere else. */
const EDGE_REGION = 'us-east-1';

/** Operator, then condition key. */
type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** Service control policies of this app only ever deny; what is left over is allowed by AWS's FullAWSAccess. */
export interface DenyStatement {
  readonly Sid: string;
  readonly Effect: 'Deny';
  readonly Action?: string | readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Conditions;
}

export interface ServiceControlPolicy {
  readonly name: string;
  readonly description: string;
  readonly statements: readonly DenyStatement[];
}

/** Services with one endpoint for the whole world. Most of those endpoints are in us-east-1, and requests to them count as made there. */
const GLOBAL_ACTIONS: readonly string[] = [
  'account:Get*',
  'account:List*',
  'aws-portal:*',
  'billing:*',
  'budgets:*',
  'ce:*',
  'chatbot:*',
  'cloudfront:*',
  'consolidatedbilling:*',
  'cur:*',
  'ec2:DescribeRegions',
  'ecr-public:*',
  'freetier:*',
  'health:*',
  'iam:*',
  'invoicing:*',
  'organizations:*',
  'payments:*',
  'pricing:*',
  'route53:*',
  'route53domains:*',
  's3:GetAccountPublicAccessBlock',
  's3:ListAllMyBuckets',
  's3:PutAccountPublicAccessBlock',
  'shield:*',
  'sts:*',
  'support:*',
  'tax:*',
  'trustedadvisor:*',
];

/** What the stack `torii-<env>-edge-waf`, its bootstrap and the alarms on CloudFront need in us-east-1; and where IAM's history is looked up. */
const EDGE_ACTIONS: readonly string[] = [
  'acm:*',
  'cloudformation:*',
  'cloudtrail:LookupEvents',
  'cloudwatch:*',
  'ecr:*',
  'kms:*',
  'logs:*',
  's3:*',
  'sns:*',
  'ssm:*',
  'tag:*',
  'wafv2:*',
];

/** Everything that would blind the trail, or lose or open what it has written. */
const TRAIL_CHANGES: readonly string[] = [
  'cloudtrail:DeleteTrail',
  'cloudtrail:PutEventSelectors',
  'cloudtrail:PutInsightSelectors',
  'cloudtrail:StopLogging',
  'cloudtrail:UpdateTrail',
];
const BUCKET_CHANGES: readonly string[] = [
  's3:BypassGovernanceRetention',
  's3:DeleteBucket',
  's3:DeleteBucketPolicy',
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:PutBucketAcl',
  's3:PutBucketLogging',
  's3:PutBucketObjectLockConfiguration',
  's3:PutBucketOwnershipControls',
  's3:PutBucketPolicy',
  's3:PutBucketPublicAccessBlock',
  's3:PutBucketVersioning',
  's3:PutEncryptionConfiguration',
  's3:PutLifecycleConfiguration',
  's3:PutObjectLegalHold',
  's3:PutObjectRetention',
  's3:PutReplicationConfiguration',
];
const KEY_CHANGES: readonly string[] = [
  'kms:CreateGrant',
  'kms:DisableKey',
  'kms:DisableKeyRotation',
  'kms:PutKeyPolicy',
  'kms:ScheduleKeyDeletion',
];

/**
 * Every guardrail, attached to the organization's root.
 * @throws Error that names a policy too long for AWS
 */
export function listServiceControlPolicies(settings: OrganizationSettings): readonly ServiceControlPolicy[] {
  const policies = [limitRegions(settings), denyRootUser(), denyLeaving(), protectTrail(settings)];
  policies.forEach(assertLength);
  return policies;
}

/** The policy as AWS gets it. */
export function toDocument({ statements }: ServiceControlPolicy): {
  readonly Version: '2012-10-17';
  readonly Statement: readonly DenyStatement[];
} {
  return { Version: '2012-10-17', Statement: statements };
}

/** @throws Error that names the policy */
export function assertLength(policy: ServiceControlPolicy): void {
  const { length } = JSON.stringify(toDocument(policy));
  if (length > MAX_CHARACTERS)
    throw new Error(`Policy '${policy.name}' cannot be synthesized: it has ${length} characters, and AWS takes ${MAX_CHARACTERS} at most.`);
}

function limitRegions({ region }: OrganizationSettings): ServiceControlPolicy {
  return {
    name: 'torii-regions',
    description: `Everything is in ${region}; ${EDGE_REGION} is for what CloudFront reads there`,
    statements: [
      {
        Sid: 'OtherRegions',
        Effect: 'Deny',
        NotAction: GLOBAL_ACTIONS,
        Resource: '*',
        Condition: { StringNotEquals: { 'aws:RequestedRegion': [...new Set([region, EDGE_REGION])] } },
      },
      // A company whose own region is that one has nothing to keep out of it.
      ...(region === EDGE_REGION
        ? []
        : [
            {
              Sid: 'EdgeRegion',
              Effect: 'Deny',
              NotAction: [...GLOBAL_ACTIONS, ...EDGE_ACTIONS],
              Resource: '*',
              Condition: { StringEquals: { 'aws:RequestedRegion': EDGE_REGION } },
            } as const,
          ]),
    ],
  };
}

function denyRootUser(): ServiceControlPolicy {
  return {
    name: 'torii-no-root-user',
    description: 'Root users of member accounts can do nothing',
    statements: [
      {
        Sid: 'RootUser',
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: { StringLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:root' } },
      },
    ],
  };
}

function denyLeaving(): ServiceControlPolicy {
  return {
    name: 'torii-stay',
    description: 'No account leaves the organization, and with it these policies',
    statements: [{ Sid: 'Leave', Effect: 'Deny', Action: 'organizations:LeaveOrganization', Resource: '*' }],
  };
}

function protectTrail(settings: OrganizationSettings): ServiceControlPolicy {
  const bucketArn = `arn:aws:s3:::${trailBucketNameOf(settings)}`;
  return {
    name: 'torii-trail',
    description: "The organization's trail goes on, and its files stay as they are",
    statements: [
      { Sid: 'Trail', Effect: 'Deny', Action: TRAIL_CHANGES, Resource: `arn:aws:cloudtrail:*:*:trail/${TRAIL_NAME}` },
      { Sid: 'Bucket', Effect: 'Deny', Action: BUCKET_CHANGES, Resource: [bucketArn, `${bucketArn}/*`] },
      {
        Sid: 'Key',
        Effect: 'Deny',
        Action: KEY_CHANGES,
        Resource: '*',
        // A key has no name in its ARN; it is known by its alias, which therefore must not move either.
        Condition: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': [TRAIL_KEY_ALIAS] } },
      },
      { Sid: 'Alias', Effect: 'Deny', Action: ['kms:DeleteAlias', 'kms:UpdateAlias'], Resource: `arn:aws:kms:*:*:${TRAIL_KEY_ALIAS}` },
    ],
  };
}
