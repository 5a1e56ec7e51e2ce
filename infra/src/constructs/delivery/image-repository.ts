import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Repository, RepositoryEncryption, TagMutability, TagStatus } from 'aws-cdk-lib/aws-ecr';
import { AccountPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { executionRoleNameOf, repositoryNameOf } from '../../delivery-names.ts';
import type { EnvironmentSettings } from '../../environment-settings.ts';
import type { ServiceName } from '../../services.ts';
import type { ToolsSettings } from '../../tools/tools-settings.ts';

export interface ImageRepositoryProps {
  readonly service: ServiceName;
  readonly settings: ToolsSettings;
  readonly encryptionKey: IKey;
  /** Where the images run. */
  readonly environments: readonly EnvironmentSettings[];
  /** `o-…`: nobody outside of it pulls, whatever their roles are called. */
  readonly organizationId: string;
}

/**
 * The images of one service. A tag is a commit and stays one; each image is scanned when it arrives. In the environments only the service's
 * own execution role pulls. Accounts stand in the policy and roles in its condition: a role that does not exist yet cannot be a principal.
 */
export class ImageRepository extends Repository {
  constructor(scope: Construct, id: string, props: ImageRepositoryProps) {
    const { service, settings, environments } = props;
    super(scope, id, {
      // Named: environments, in other accounts, pull from it.
      repositoryName: repositoryNameOf(service),
      // Said here too, should the registry's own setting ever go.
      imageScanOnPush: true,
      imageTagMutability: TagMutability.IMMUTABLE,
      encryption: RepositoryEncryption.KMS,
      encryptionKey: props.encryptionKey,
      lifecycleRules: [
        // Layers of an image that did not arrive whole. What a tagged index refers to stays with it.
        { rulePriority: 1, tagStatus: TagStatus.UNTAGGED, maxImageAge: Duration.days(7) },
        // Those with a tag: what an index refers to would count too, two for each.
        { rulePriority: 2, tagStatus: TagStatus.TAGGED, tagPatternList: ['*'], maxImageCount: settings.keptImages },
      ],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'EnvironmentsPull',
        principals: environments.map(({ account }) => new AccountPrincipal(account)),
        actions: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
        conditions: {
          ArnEquals: {
            'aws:PrincipalArn': environments.map(
              ({ name, account }) => `arn:aws:iam::${account}:role/${executionRoleNameOf(name, service)}`,
            ),
          },
          StringEquals: { 'aws:PrincipalOrgID': props.organizationId },
        },
      }),
    );
  }
}
