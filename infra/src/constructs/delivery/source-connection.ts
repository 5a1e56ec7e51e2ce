import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { ToolsSettings } from '../../tools/tools-settings.ts';

/**
 * Read the repository by the connection. Both names of the service: CodePipeline and CodeBuild ask for the one that is in the ARN, or for the
 * older one. A call that does not say which repository it is for passes: the connection itself reaches those only that were chosen at GitHub.
 */
export function grantUseOfConnection(role: Role, { repository: { connectionArn, owner, name } }: ToolsSettings): void {
  const actions = ['UseConnection', 'GetConnection', 'GetConnectionToken'];
  const repository = `${owner}/${name}`;
  role.addToPolicy(
    new PolicyStatement({
      actions: ['codeconnections', 'codestar-connections'].flatMap((service) => actions.map((action) => `${service}:${action}`)),
      resources: [connectionArn],
      conditions: {
        'ForAllValues:StringEquals': {
          'codeconnections:FullRepositoryId': [repository],
          'codestar-connections:FullRepositoryId': [repository],
        },
      },
    }),
  );
}
