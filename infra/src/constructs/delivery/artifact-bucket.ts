import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccountPrincipal, Grant, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { releaseRoleNameOf } from '../../delivery-names.ts';
import type { EnvironmentSettings } from '../../environment-settings.ts';
import { SERVICES, type ServiceName } from '../../services.ts';
import { artifactBucketNameOf, artifactFolderOf, assertFoldersApart } from '../../tools/artifact-names.ts';
import { INFRASTRUCTURE } from '../../tools/infrastructure.ts';
import type { ArtifactName } from '../../tools/stages.ts';
import type { ToolsSettings } from '../../tools/tools-settings.ts';
import { asInterface } from '../as-interface.ts';
import { LogBucket } from '../logs/log-bucket.ts';

export interface ArtifactBucketProps {
  readonly settings: ToolsSettings;
  readonly encryptionKey: Key;
  readonly environments: readonly EnvironmentSettings[];
}

/**
 * What pipelines hand from one action to the next, each in a folder of its own. The release role of a service may read its folder from its
 * environment, for CodeDeploy's action; nobody else from outside of the account.
 */
export class ArtifactBucket extends Bucket {
  readonly #key: Key;
  /** Written out, so that policies say which one it is. */
  readonly #arn: string;

  constructor(scope: Construct, id: string, props: ArtifactBucketProps) {
    const { settings, encryptionKey, environments } = props;
    super(scope, id, {
      // Named: roles in other accounts are given it.
      bucketName: artifactBucketNameOf(settings),
      encryption: BucketEncryption.KMS,
      encryptionKey,
      bucketKeyEnabled: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      // CodePipeline takes no other.
      versioned: true,
      lifecycleRules: [
        {
          expiration: Duration.days(settings.artifactDays),
          noncurrentVersionExpiration: Duration.days(1),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
      serverAccessLogsBucket: asInterface<IBucket>(new LogBucket(scope, `${id}AccessLogs`, { retentionDays: settings.logRetentionDays })),
      removalPolicy: RemovalPolicy.RETAIN,
    });
    assertFoldersApart([...SERVICES, INFRASTRUCTURE]);
    this.#key = encryptionKey;
    this.#arn = `arn:aws:s3:::${artifactBucketNameOf(settings)}`;
    for (const service of SERVICES) this.#admitReleaseRoles(service, environments);
    admitToKey(encryptionKey, environments);
  }

  /** Read the artifacts of one pipeline. */
  grantFolderRead(role: Role, delivered: string): void {
    const folder = this.#folder(delivered);
    Grant.addToPrincipal({ grantee: role, actions: ['s3:GetObject', 's3:GetObjectVersion'], resourceArns: [folder] });
    Grant.addToPrincipal({ grantee: role, actions: ['s3:GetBucketLocation', 's3:GetBucketVersioning'], resourceArns: [this.#arn] });
    this.#key.grant(role, 'kms:Decrypt', 'kms:DescribeKey');
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${folder}]`,
      reason: 'Any artifact of its own pipeline: CodePipeline makes up their names.',
    });
  }

  /**
   * Read them, and add those of one name. Of another name would be too much: a build runs code that nobody has approved, CodePipeline's
   * history tells where artifacts lie, and one that waits for its approval could be changed behind the back of whoever looks at it.
   */
  grantWriteOf(role: Role, delivered: string, artifact: ArtifactName): void {
    const folder = this.#folder(delivered, artifact);
    this.grantFolderRead(role, delivered);
    Grant.addToPrincipal({ grantee: role, actions: ['s3:PutObject'], resourceArns: [folder] });
    this.#key.grant(role, 'kms:GenerateDataKey');
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${folder}]`,
      reason: 'Artifacts of one name, of its own pipeline: CodePipeline makes up what follows.',
    });
  }

  /** What the pipeline itself does in its folder. Its source comes with an ACL, which is refused where only objects may be put. */
  grantFolder(role: Role, delivered: string): void {
    this.grantFolderRead(role, delivered);
    Grant.addToPrincipal({ grantee: role, actions: ['s3:PutObject', 's3:PutObjectAcl'], resourceArns: [this.#folder(delivered)] });
    this.#key.grant(role, 'kms:GenerateDataKey');
  }

  #folder(delivered: string, artifact?: ArtifactName): string {
    return [this.#arn, artifactFolderOf(delivered), ...(artifact === undefined ? [] : [artifact]), '*'].join('/');
  }

  #admitReleaseRoles(service: ServiceName, environments: readonly EnvironmentSettings[]): void {
    const shared = { principals: accountsOf(environments), conditions: areReleaseRoles(environments, [service]) };
    // Letters and digits only.
    const sid = service.replaceAll('-', '');
    this.addToResourcePolicy(
      new PolicyStatement({
        ...shared,
        sid: `${sid}ReleaseReads`,
        actions: ['s3:GetObject', 's3:GetObjectVersion'],
        resources: [this.#folder(service)],
      }),
    );
    this.addToResourcePolicy(
      new PolicyStatement({
        ...shared,
        sid: `${sid}ReleaseLooks`,
        actions: ['s3:GetBucketLocation', 's3:GetBucketVersioning'],
        resources: [this.#arn],
      }),
    );
  }
}

function admitToKey(key: Key, environments: readonly EnvironmentSettings[]): void {
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'ReleasesDecrypt',
      principals: accountsOf(environments),
      actions: ['kms:Decrypt', 'kms:DescribeKey'],
      resources: ['*'],
      conditions: areReleaseRoles(environments, SERVICES),
    }),
  );
}

function accountsOf(environments: readonly EnvironmentSettings[]): AccountPrincipal[] {
  return environments.map(({ account }) => new AccountPrincipal(account));
}

/** In a condition, since a policy with a principal that does not exist yet is refused. */
function areReleaseRoles(environments: readonly EnvironmentSettings[], services: readonly ServiceName[]) {
  const roles = environments.flatMap(({ name, account }) =>
    services.map((service) => `arn:aws:iam::${account}:role/${releaseRoleNameOf(name, service)}`),
  );
  return { ArnEquals: { 'aws:PrincipalArn': roles } };
}
