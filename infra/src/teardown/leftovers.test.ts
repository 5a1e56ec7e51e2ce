import { describe, expect, it } from '@jest/globals';
import { sketchStack, type Sketch } from '../../test/sketch-stack.ts';
import { listLeftovers, listRefusals, listStrayLogGroups } from './leftovers.ts';
import { planTeardown } from './plan.ts';

const leftoversOf = (sketch: Sketch) =>
  listLeftovers([sketchStack(sketch)]).map(({ logicalId, why, bills }) => ({ logicalId, why, bills }));

describe('listLeftovers', () => {
  it('has what is kept, and says whether it costs', () => {
    const retained = { deletionPolicy: 'Retain' };
    expect(
      leftoversOf({ Files: ['AWS::S3::Bucket', {}, retained], Role: ['AWS::IAM::Role', {}, retained], Queue: ['AWS::SQS::Queue'] }),
    ).toEqual([
      { logicalId: 'Files', why: 'kept, by DeletionPolicy Retain', bills: true },
      { logicalId: 'Role', why: 'kept, by DeletionPolicy Retain', bills: false },
    ]);
  });

  it('takes a type that nobody has thought of for one that costs', () => {
    expect(leftoversOf({ Bird: ['AWS::Canary::Bird', {}, { deletionPolicy: 'RetainExceptOnCreate' }] })).toMatchObject([{ bills: true }]);
  });

  it('knows that a database leaves a snapshot when nothing is said', () => {
    expect(leftoversOf({ Said: ['AWS::RDS::DBInstance', {}, { deletionPolicy: 'Delete' }], Unsaid: ['AWS::RDS::DBInstance'] })).toEqual([
      { logicalId: 'Unsaid', why: 'leaves a snapshot, by DeletionPolicy Snapshot', bills: true },
    ]);
    expect(leftoversOf({ Node: ['AWS::RDS::DBInstance', { DBClusterIdentifier: 'c' }] })).toEqual([]);
  });

  it('has backups that outlive their database, and what a change replaced', () => {
    const database = { deletionPolicy: 'Delete', updateReplacePolicy: 'Retain' };
    expect(leftoversOf({ Database: ['AWS::RDS::DBInstance', { DeleteAutomatedBackups: false }, database] })).toEqual([
      { logicalId: 'Database', why: 'one that a change replaced is kept, by UpdateReplacePolicy Retain', bills: true },
      { logicalId: 'Database', why: 'its automated backups are kept', bills: true },
    ]);
  });
});

describe('listRefusals', () => {
  it('has everything that would stop a deletion halfway', () => {
    const attribute = { Key: 'deletion_protection.enabled', Value: 'true' };
    const stack = sketchStack(
      {
        Database: ['AWS::RDS::DBInstance', { DeletionProtection: true }],
        Pool: ['AWS::Cognito::UserPool', { DeletionProtection: 'ACTIVE' }],
        Balancer: ['AWS::ElasticLoadBalancingV2::LoadBalancer', { LoadBalancerAttributes: [attribute] }],
        Queries: ['AWS::Athena::WorkGroup'],
        Images: ['AWS::ECR::Repository'],
        Trail: ['AWS::S3::Bucket', { ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' } }],
        Open: ['AWS::Cognito::UserPool', { DeletionProtection: 'INACTIVE' }],
      },
      { isProtected: true },
    );
    expect(listRefusals([stack]).map((text) => text.replace(' of torii-test', ''))).toEqual([
      'torii-test has termination protection',
      'Database has deletion protection',
      'Pool has deletion protection',
      'Balancer has deletion protection',
      'Queries is not deleted with its queries: RecursiveDeleteOption is missing',
      'Images is not deleted with its images: EmptyOnDelete is missing',
      'Trail has locked files',
    ]);
    expect(() => planTeardown('test', [stack])).toThrow("Environment 'test' cannot be destroyed: torii-test has termination protection; ");
  });
});

describe('listStrayLogGroups', () => {
  it('has those that AWS services make by themselves', () => {
    const stack = sketchStack({
      Database: ['AWS::RDS::DBInstance', { EnableCloudwatchLogsExports: ['error', 'slowquery'] }],
      Cluster: ['AWS::ECS::Cluster', { ClusterSettings: [{ Name: 'containerInsights', Value: 'enabled' }] }],
      Function: ['AWS::Lambda::Function'],
      Tidy: ['AWS::Lambda::Function', { LoggingConfig: { LogGroup: { Ref: 'Logs' } } }],
      Stage: ['AWS::ApiGateway::Stage', { RestApiId: { Ref: 'Api' }, MethodSettings: [{ LoggingLevel: 'ERROR' }] }],
    });
    expect(listStrayLogGroups([stack]).map(({ name }) => name)).toEqual([
      '/aws/rds/instance/{Database}/error',
      '/aws/rds/instance/{Database}/slowquery',
      '/aws/ecs/containerinsights/{Cluster}/performance',
      '/aws/lambda/{Function}',
      'API-Gateway-Execution-Logs_{Api}/{Stage}',
    ]);
  });
});
