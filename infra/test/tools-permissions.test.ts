// Who of the tools account may do what, and who of the environments may do what there. Both sides of each door are looked at.
import { beforeAll, describe, expect, it } from '@jest/globals';
import { ENVIRONMENT_NAMES, getEnvironment } from '../src/environments.ts';
import { SERVICES } from '../src/services.ts';
import { isAllowed, type Call, type Statement } from './evaluate-policy.ts';
import { getStage, type Found, type Synthesized } from './synthesized.ts';
import { textOf, type Json } from './template.ts';
import { listRoles, mayTake, resolve, statementsOf, type RoleView } from './tools-account.ts';

/** Synthesis of everything takes a quarter of a minute, longer on a busy machine. */
const SYNTHESIS_TIMEOUT_MS = 240_000;
const TOOLS = '111111111111';
const ORGANIZATION = 'o-exampleorgid';
const ENVIRONMENTS = ENVIRONMENT_NAMES.map(getEnvironment);
const RELEASE_ROLE = /^torii-(?:dev|staging|prod)-release-(.+)$/;
const EXECUTION_ROLE = /^torii-(?:dev|staging|prod)-(.+)-execution$/;
const TOOLS_ROLE = /^torii-tools-(.+?)-(?:pipeline|test|image|gate|release-\w+|deploy-\w+)$/;
const BUCKET = `arn:aws:s3:::torii-tools-artifacts-${TOOLS}`;

let tools: Synthesized;
let roles: readonly RoleView[];
let inEnvironments: readonly (RoleView & { readonly arn: string })[];
beforeAll(() => {
  tools = getStage('tools');
  roles = listRoles(tools);
  inEnvironments = ENVIRONMENTS.flatMap(({ name, account }) =>
    listRoles(getStage(name)).map((role) => ({ ...role, arn: `arn:aws:iam::${account}:role/${role.name}` })),
  );
}, SYNTHESIS_TIMEOUT_MS);

function roleOf(name: string): RoleView {
  const found = roles.find((role) => role.name === name);
  if (!found) throw new Error(`There is no role ${name}.`);
  return found;
}

/** Every role that anything delivers by: of releases, and of CDK's own. */
const DOORS: readonly string[] = ENVIRONMENTS.flatMap(({ name, account, region }) => [
  ...SERVICES.map((service) => `arn:aws:iam::${account}:role/torii-${name}-release-${service}`),
  ...[region, 'us-east-1'].flatMap((where) =>
    ['deploy', 'file-publishing', 'image-publishing', 'lookup', 'cfn-exec'].map(
      (role) => `arn:aws:iam::${account}:role/cdk-hnb659fds-${role}-role-${account}-${where}`,
    ),
  ),
  `arn:aws:iam::${account}:role/OrganizationAccountAccessRole`,
]);

function listDoors(role: Pick<RoleView, 'permissions'>): readonly string[] {
  return DOORS.filter((door) => mayTake(role, door));
}

describe('roles of the pipelines', () => {
  it('are these', () => {
    const steps = ['pipeline', 'test', 'image', 'gate', ...ENVIRONMENT_NAMES.map((name) => `release-${name}`)];
    const infrastructure = ['pipeline', 'test', ...ENVIRONMENT_NAMES.map((name) => `deploy-${name}`)];
    expect(roles.map(({ name }) => name).toSorted()).toEqual(
      [
        ...SERVICES.flatMap((service) => steps.map((step) => `torii-tools-${service}-${step}`)),
        ...infrastructure.map((step) => `torii-tools-infrastructure-${step}`),
      ].toSorted(),
    );
  });

  it.each(SERVICES)(
    'of %s become its own release roles, each release step that of its environment, and nobody else anything',
    (service) => {
      const releaseIn = ({ name, account }: (typeof ENVIRONMENTS)[number]): string =>
        `arn:aws:iam::${account}:role/torii-${name}-release-${service}`;
      expect(listDoors(roleOf(`torii-tools-${service}-pipeline`))).toEqual(ENVIRONMENTS.map(releaseIn));
      for (const environment of ENVIRONMENTS)
        expect(listDoors(roleOf(`torii-tools-${service}-release-${environment.name}`))).toEqual([releaseIn(environment)]);
      for (const step of ['test', 'image', 'gate']) expect(listDoors(roleOf(`torii-tools-${service}-${step}`))).toEqual([]);
    },
  );

  it('of the infrastructure become what CDK deploys by, each in its environment', () => {
    for (const { name, account, region } of ENVIRONMENTS)
      expect(listDoors(roleOf(`torii-tools-infrastructure-deploy-${name}`))).toEqual(
        [region, 'us-east-1'].flatMap((where) =>
          ['deploy', 'file-publishing'].map((role) => `arn:aws:iam::${account}:role/cdk-hnb659fds-${role}-role-${account}-${where}`),
        ),
      );
    for (const step of ['pipeline', 'test']) expect(listDoors(roleOf(`torii-tools-infrastructure-${step}`))).toEqual([]);
  });

  it('would be seen to become others by a wildcard', () => {
    const { permissions } = roleOf('torii-tools-catalog-release-dev');
    const opened = edit(permissions, 'role/torii-dev-release-catalog', 'role/torii-*-release-*');
    expect(listDoors({ permissions: opened })).toEqual(
      SERVICES.map((service) => `arn:aws:iam::222222222222:role/torii-dev-release-${service}`),
    );
  });

  it('are let in where they knock, and nowhere else', () => {
    const releaseRoles = inEnvironments.filter(({ name }) => RELEASE_ROLE.test(name));
    expect(releaseRoles.length).toBe(SERVICES.length * ENVIRONMENTS.length);
    const entrants = releaseRoles.map(({ name, trust }) => [name, listEntrants(trust)]);
    expect(Object.fromEntries(entrants)).toEqual(
      Object.fromEntries(
        ENVIRONMENT_NAMES.flatMap((environment) =>
          SERVICES.map((service) => [
            `torii-${environment}-release-${service}`,
            [`torii-tools-${service}-pipeline`, `torii-tools-${service}-release-${environment}`],
          ]),
        ),
      ),
    );
  });

  it('hand on no role, and change no pipeline, project, role or policy', () => {
    const wanted = [
      'iam:PassRole',
      'iam:PutRolePolicy',
      'codepipeline:UpdatePipeline',
      'codepipeline:PutApprovalResult',
      'codebuild:UpdateProject',
    ];
    const found = roles.filter(({ permissions }) => wanted.some((action) => isAllowed(permissions, { action, resource: '*' })));
    expect(found).toEqual([]);
    const { permissions } = roleOf('torii-tools-catalog-image');
    const opened = edit(permissions, 'ecr:GetAuthorizationToken', 'iam:PassRole');
    expect(isAllowed(opened, { action: 'iam:PassRole', resource: '*' })).toBe(true);
  });

  it('are taken by the service that runs them, for their own project or pipeline only', () => {
    const call = (source: string): Call => ({ action: 'sts:AssumeRole', context: { 'aws:SourceArn': source } });
    const build = roleOf('torii-tools-catalog-test');
    const asResource = ({ trust }: RoleView): readonly Statement[] => trust.map((statement) => ({ ...statement, Resource: '*' }));
    const project = (name: string): Call => call(`arn:aws:codebuild:eu-west-1:${TOOLS}:project/torii-tools-${name}`);
    expect(build.trust[0]?.Principal).toEqual({ Service: 'codebuild.amazonaws.com' });
    expect(isAllowed(asResource(build), project('catalog-test'))).toBe(true);
    expect(isAllowed(asResource(build), project('jobs-test'))).toBe(false);
    const pipeline = roleOf('torii-tools-catalog-pipeline');
    expect(isAllowed(asResource(pipeline), call(`arn:aws:codepipeline:eu-west-1:${TOOLS}:torii-catalog`))).toBe(true);
    expect(isAllowed(asResource(pipeline), call(`arn:aws:codepipeline:eu-west-1:${TOOLS}:torii-jobs`))).toBe(false);
  });

  it('look, at the gate, at what has become of two pipelines', () => {
    const arnOf = (delivered: string): string => `arn:aws:codepipeline:eu-west-1:${TOOLS}:torii-${delivered}`;
    for (const action of ['codepipeline:ListPipelineExecutions', 'codepipeline:ListActionExecutions']) {
      const { permissions } = roleOf('torii-tools-jobs-gate');
      const seen = [...SERVICES, 'infrastructure'].filter((delivered) => isAllowed(permissions, { action, resource: arnOf(delivered) }));
      expect(seen).toEqual(['jobs', 'infrastructure']);
      const others = roles.filter(({ permissions: own }) => isAllowed(own, { action, resource: arnOf('infrastructure') }));
      expect(others.map(({ name }) => name).toSorted()).toEqual(SERVICES.map((service) => `torii-tools-${service}-gate`).toSorted());
    }
  });

  it('start the builds of their own steps only', () => {
    for (const service of SERVICES) {
      const { permissions } = roleOf(`torii-tools-${service}-pipeline`);
      const started = projectNames().filter((name) =>
        isAllowed(permissions, { action: 'codebuild:StartBuild', resource: `arn:aws:codebuild:eu-west-1:${TOOLS}:project/${name}` }),
      );
      expect(started.toSorted()).toEqual(
        projectNames()
          .filter((name) => name.startsWith(`torii-tools-${service}-`))
          .toSorted(),
      );
    }
  });
});

/** Roles of the tools account that a trust policy lets in. */
function listEntrants(trust: readonly Statement[]): readonly string[] {
  const statements = trust.map((statement) => ({ ...statement, Resource: '*' }));
  if (!trust.every(({ Principal: principal }) => JSON.stringify(principal).includes(`:${TOOLS}:root`))) return ['others'];
  return roles
    .map(({ name }) => name)
    .filter((name) =>
      isAllowed(statements, { action: 'sts:AssumeRole', context: { 'aws:PrincipalArn': `arn:aws:iam::${TOOLS}:role/${name}` } }),
    )
    .toSorted();
}

function projectNames(): readonly string[] {
  return tools.find('AWS::CodeBuild::Project').map(({ Properties }) => textOf(Properties['Name']));
}

describe('artifacts', () => {
  const object = (delivered: string): string => `${BUCKET}/torii-${delivered}/source/abc1234`;

  it.each(['s3:GetObject', 's3:PutObject'])('are for the roles of their own pipeline: %s', (action) => {
    for (const { name, permissions } of roles) {
      const own = TOOLS_ROLE.exec(name)?.[1];
      const reached = [...SERVICES, 'infrastructure'].filter((delivered) =>
        isAllowed(permissions, { action, resource: object(delivered) }),
      );
      expect([name, reached.filter((delivered) => delivered !== own)]).toEqual([name, []]);
      if (action === 's3:GetObject') expect([name, reached]).toEqual([name, [own]]);
    }
  });

  it.each(SERVICES)('of %s are written by the step that makes them, and the source by the pipeline, with its ACL', (service) => {
    const writers = (action: string, artifact: string): readonly string[] =>
      roles.flatMap(({ name, permissions }) =>
        isAllowed(permissions, { action, resource: `${BUCKET}/torii-${service}/${artifact}/abc1234` })
          ? [name.replace(`torii-tools-${service}-`, '')]
          : [],
      );
    expect(writers('s3:PutObject', 'source')).toEqual(['pipeline']);
    // CodeConnections uploads with an ACL: https://github.com/aws/aws-cdk/issues/13557
    expect(writers('s3:PutObjectAcl', 'source')).toEqual(['pipeline']);
    expect(writers('s3:PutObject', 'image').toSorted()).toEqual(['image', 'pipeline']);
    for (const environment of ENVIRONMENT_NAMES)
      expect(writers('s3:PutObject', environment).toSorted()).toEqual(['pipeline', `release-${environment}`]);
  });

  it('would be seen to be changed by a build of what nobody has approved', () => {
    const { permissions } = roleOf('torii-tools-catalog-release-dev');
    const put: Call = { action: 's3:PutObject', resource: `${BUCKET}/torii-catalog/prod/abc1234` };
    expect(isAllowed(permissions, put)).toBe(false);
    expect(isAllowed(edit(permissions, 'torii-catalog/dev/*', 'torii-catalog/*'), put)).toBe(true);
  });

  it('are read from the environments by the release role of that service, and by nobody else', () => {
    const policy = statementsOf(policyOf('AWS::S3::BucketPolicy', 'Bucket', 'Artifacts', 'AccessLogs'));
    const principals = policy.filter(({ Effect: effect }) => effect === 'Allow').map(({ Principal: principal }) => principal);
    for (const principal of principals)
      expect(principal).toEqual({ AWS: ENVIRONMENTS.map(({ account }) => `arn:aws:iam::${account}:root`) });
    for (const { arn, name } of inEnvironments) {
      const reached = SERVICES.filter((service) =>
        isAllowed(policy, { action: 's3:GetObject', resource: object(service), context: caller(arn) }),
      );
      const own = RELEASE_ROLE.exec(name)?.[1];
      expect([arn, reached]).toEqual([arn, own === undefined ? [] : [own]]);
      expect(isAllowed(policy, { action: 's3:PutObject', resource: object('catalog'), context: caller(arn) })).toBe(false);
    }
  });

  it('are what release roles may ask for on their own side too: across accounts both must allow', () => {
    const bucket = statementsOf(policyOf('AWS::S3::BucketPolicy', 'Bucket', 'Artifacts', 'AccessLogs'));
    const [key] = tools.find('AWS::KMS::Key').filter(({ stack }) => stack === 'torii-tools-artifacts');
    const admitted = statementsOf(key?.Properties['KeyPolicy']).filter(({ Sid }) => Sid === 'ReleasesDecrypt');
    const keyCalls = admitted
      .flatMap(({ Action: actions = [] }) => actions)
      .map((action) => ({ action, resource: `arn:aws:kms:eu-west-1:${TOOLS}:key/1` }));
    for (const { name, arn, permissions } of inEnvironments.filter((role) => RELEASE_ROLE.test(role.name))) {
      const folder = object(RELEASE_ROLE.exec(name)?.[1] ?? '');
      const calls = ['s3:GetObject', 's3:GetObjectVersion', 's3:GetBucketLocation', 's3:GetBucketVersioning'].map((action) => ({
        action,
        resource: action.startsWith('s3:GetBucket') ? BUCKET : folder,
      }));
      expect(calls.filter((call) => !isAllowed(bucket, { ...call, context: caller(arn) }))).toEqual([]);
      const asked = [...calls, ...keyCalls.map((call) => ({ ...call, context: { 'kms:ResourceAliases': 'alias/torii-tools-artifacts' } }))];
      expect([name, asked.filter((call) => !isAllowed(permissions, call))]).toEqual([name, []]);
    }
  });

  it('are decrypted from the environments by release roles only', () => {
    const [key] = tools.find('AWS::KMS::Key').filter(({ stack }) => stack === 'torii-tools-artifacts');
    const policy = statementsOf(key?.Properties['KeyPolicy']).filter(
      ({ Principal: principal }) => !JSON.stringify(principal).includes(`:${TOOLS}:`),
    );
    expect(policy.map(({ Sid }) => Sid)).toEqual(['ReleasesDecrypt']);
    const decrypting = inEnvironments.filter(({ arn }) => isAllowed(policy, { action: 'kms:Decrypt', context: caller(arn) }));
    expect(decrypting.map(({ name }) => name).filter((name) => !/-release-/.test(name))).toEqual([]);
    expect(decrypting.length).toBe(SERVICES.length * ENVIRONMENTS.length);
    const opened = edit(policy, 'torii-dev-release-catalog', 'torii-dev-*');
    const others = inEnvironments.filter(({ arn }) => isAllowed(opened, { action: 'kms:Decrypt', context: caller(arn) }));
    expect(others.length).toBeGreaterThan(decrypting.length);
  });
});

function caller(arn: string): NonNullable<Call['context']> {
  return { 'aws:PrincipalArn': arn, 'aws:PrincipalOrgID': ORGANIZATION, 'aws:SecureTransport': 'true' };
}

/** The policy of the resource whose logical id begins so, but not also so. */
function policyOf(type: string, property: string, begins: string, butNot: string): Json | undefined {
  const found = tools.find(type).filter(({ Properties }) => {
    const owner = textOf(resolve(Properties[property] ?? null));
    return owner.startsWith(`<${begins}`) && !owner.includes(butNot);
  });
  if (found.length !== 1) throw new Error(`There are ${found.length} policies of ${begins}.`);
  return found[0]?.Properties['PolicyDocument'];
}

describe('images', () => {
  const PULL = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];

  it('are immutable, scanned when they arrive, and encrypted by a key of ours', () => {
    const repositories = tools.find('AWS::ECR::Repository');
    expect(repositories.map(({ Properties: p }) => textOf(p['RepositoryName'])).toSorted()).toEqual(
      SERVICES.map((service) => `torii-${service}`).toSorted(),
    );
    expect(repositories.flatMap(listFaults)).toEqual([]);
    expect(tools.get('AWS::ECR::RegistryScanningConfiguration').Properties).toEqual({
      ScanType: 'ENHANCED',
      Rules: [{ ScanFrequency: 'SCAN_ON_PUSH', RepositoryFilters: [{ Filter: 'torii-*', FilterType: 'WILDCARD' }] }],
    });
  });

  it.each<[string, object, string]>([
    ['tags can be moved', { ImageTagMutability: 'MUTABLE' }, 'a tag may become another image'],
    ['nobody scans', { ImageScanningConfiguration: { ScanOnPush: false } }, 'images are not scanned'],
    ['the key is not ours', { EncryptionConfiguration: { EncryptionType: 'AES256' } }, 'the key is not ours'],
    [
      'few are kept',
      { LifecyclePolicy: { LifecyclePolicyText: '{"rules":[{"selection":{"tagStatus":"tagged","countNumber":10}}]}' } },
      'it keeps 10 images',
    ],
    [
      'what an index refers to counts too',
      { LifecyclePolicy: { LifecyclePolicyText: '{"rules":[{"selection":{"tagStatus":"any","countNumber":300}}]}' } },
      'it keeps 0 images',
    ],
  ])('would not be if %s', (_, change, fault) => {
    const [repository] = tools.find('AWS::ECR::Repository');
    if (!repository) throw new Error('There is no repository.');
    expect(listFaults({ ...repository, Properties: parseProperties({ ...repository.Properties, ...change }) })).toEqual([fault]);
  });

  it.each(SERVICES)('of %s are pulled in the environments by its execution roles, and by nobody else', (service) => {
    const policy = repositoryPolicyOf(service);
    expect(listPullers(policy)).toEqual(
      ENVIRONMENTS.map(({ name, account }) => `arn:aws:iam::${account}:role/torii-${name}-${service}-execution`),
    );
    const outside = { ...caller(`arn:aws:iam::222222222222:role/torii-dev-${service}-execution`), 'aws:PrincipalOrgID': 'o-other' };
    expect(isAllowed(policy, { action: 'ecr:BatchGetImage', context: outside })).toBe(false);
    expect(policy.map(({ Principal: principal }) => principal)).toEqual([
      { AWS: ENVIRONMENTS.map(({ account }) => `arn:aws:iam::${account}:root`) },
    ]);
    expect(policy.flatMap(({ Action: actions }) => actions)).toEqual(PULL);
  });

  it('would be seen to be pulled by others', () => {
    expect(listPullers(edit(repositoryPolicyOf('catalog'), 'role/torii-dev-catalog-execution', 'role/torii-dev-*')).length).toBeGreaterThan(
      3,
    );
  });

  it('are pulled by execution roles of their own service', () => {
    for (const { name, permissions } of inEnvironments.filter((role) => EXECUTION_ROLE.test(role.name))) {
      const pulled = SERVICES.filter((service) =>
        PULL.every((action) => isAllowed(permissions, { action, resource: `arn:aws:ecr:eu-west-1:${TOOLS}:repository/torii-${service}` })),
      );
      expect([name, pulled]).toEqual([name, [EXECUTION_ROLE.exec(name)?.[1]]]);
    }
  });

  it('are pushed by the image step of their service', () => {
    for (const { name, permissions } of roles) {
      const pushed = permissions.filter(({ Action: actions }) => JSON.stringify(actions).includes('ecr:PutImage'));
      const service = /^torii-tools-(.+)-image$/.exec(name)?.[1];
      expect([name, pushed.length]).toEqual([name, service === undefined ? 0 : 1]);
      if (service !== undefined)
        expect(JSON.stringify(pushed[0]?.Resource)).toContain(`ExportsOutputFnGetAtt${service.replaceAll('-', '')}`);
    }
  });

  it.each(SERVICES)('of %s are looked for by its release steps', (service) => {
    for (const environment of ENVIRONMENT_NAMES) {
      const { permissions } = roleOf(`torii-tools-${service}-release-${environment}`);
      const asked = permissions.filter(({ Action: actions }) => JSON.stringify(actions).includes('ecr:'));
      expect(asked.flatMap(({ Action: actions = [] }) => actions)).toEqual(['ecr:BatchGetImage']);
      expect(JSON.stringify(asked[0]?.Resource)).toContain(`ExportsOutputFnGetAtt${service.replaceAll('-', '')}`);
    }
  });

  it('are made without a cache of layers, in which one commit could leave something for the next', () => {
    expect(tools.find('AWS::CodeBuild::Project').filter(({ Properties: p }) => p['Cache'] !== undefined)).toEqual([]);
  });

  it('are the only thing that is made with privileges', () => {
    const privileged = tools
      .find('AWS::CodeBuild::Project')
      .filter(({ Properties: p }) => JSON.stringify(p['Environment']).includes('"PrivilegedMode":true'));
    expect(privileged.map(({ Properties: p }) => textOf(p['Name'])).toSorted()).toEqual(
      SERVICES.map((service) => `torii-tools-${service}-image`).toSorted(),
    );
  });

  function repositoryPolicyOf(service: string): readonly Statement[] {
    const found = tools.find('AWS::ECR::Repository').find(({ Properties: p }) => p['RepositoryName'] === `torii-${service}`);
    // A policy of a repository says no resource: it is the repository.
    return statementsOf(found?.Properties['RepositoryPolicyText']).map((statement) => ({ ...statement, Resource: '*' }));
  }

  function listPullers(policy: readonly Statement[]): readonly string[] {
    return inEnvironments
      .map(({ arn }) => arn)
      .filter((arn) => PULL.every((action) => isAllowed(policy, { action, context: caller(arn) })));
  }
});

function listFaults({ Properties: p }: Pick<Found, 'Properties'>): readonly string[] {
  const policy = textOf((p['LifecyclePolicy'] as { readonly [key: string]: Json } | undefined)?.['LifecyclePolicyText']);
  const counts = [...policy.matchAll(/"tagStatus":"tagged"[^{}]*"countNumber":(\d+)/g)].map(([, count]) => Number(count));
  const kept = counts.at(-1) ?? 0;
  return [
    ...(p['ImageTagMutability'] === 'IMMUTABLE' ? [] : ['a tag may become another image']),
    ...(JSON.stringify(p['ImageScanningConfiguration']) === '{"ScanOnPush":true}' ? [] : ['images are not scanned']),
    ...(JSON.stringify(p['EncryptionConfiguration']).includes('KmsKey') ? [] : ['the key is not ours']),
    ...(kept >= 100 ? [] : [`it keeps ${kept} images`]),
  ];
}

describe('notices', () => {
  it('tell developers of every pipeline that failed', () => {
    const rule = tools.get('AWS::Events::Rule').Properties;
    expect(rule['EventPattern']).toEqual({
      source: ['aws.codepipeline'],
      'detail-type': ['CodePipeline Pipeline Execution State Change'],
      detail: { pipeline: [{ prefix: 'torii-' }], state: ['FAILED'] },
    });
    expect(JSON.stringify(rule['Targets'])).toContain('docs/delivering.md#when-it-goes-wrong');
    const names = tools.find('AWS::CodePipeline::Pipeline').map(({ Properties }) => textOf(Properties['Name']));
    expect(names.filter((name) => !name.startsWith('torii-'))).toEqual([]);
  });

  it('reach approvers and developers', () => {
    const told = tools.find('AWS::SNS::Subscription').map(({ Properties: p }) => [p['Protocol'], p['Endpoint']]);
    expect(told).toEqual([
      ['email', 'releases@example.com'],
      ['email', 'developers@example.com'],
    ]);
  });
});

/** The same with another text in it. */
function edit(statements: readonly Statement[], text: string, replacement: string): readonly Statement[] {
  const json = JSON.stringify(statements);
  if (!json.includes(text)) throw new Error(`The canary does nothing: '${text}' is not in the policy.`);
  return JSON.parse(json.replaceAll(text, replacement)) as readonly Statement[];
}

function parseProperties(value: object): Found['Properties'] {
  return value as Found['Properties'];
}
