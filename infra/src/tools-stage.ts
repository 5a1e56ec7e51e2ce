import { Stage, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { EnvironmentSettings } from './environment-settings.ts';
import { ArtifactsStack } from './stacks/tools/artifacts-stack.ts';
import { InfrastructurePipelineStack } from './stacks/tools/infrastructure-pipeline-stack.ts';
import { NoticesStack } from './stacks/tools/notices-stack.ts';
import { RegistryStack } from './stacks/tools/registry-stack.ts';
import { ServicePipelineStack } from './stacks/tools/service-pipeline-stack.ts';
import { INFRASTRUCTURE } from './tools/infrastructure.ts';
import type { ToolsSettings } from './tools/tools-settings.ts';

export interface ToolsStageProps {
  readonly settings: ToolsSettings;
  /** In the order in which a release passes them. */
  readonly environments: readonly EnvironmentSettings[];
  /** `o-…` */
  readonly organizationId: string;
}

/** How a commit becomes a release: images, pipelines and what they hand on, in an account of their own. Deployed by hand, rarely. */
export class ToolsStage extends Stage {
  constructor(scope: Construct, { settings, environments, organizationId }: ToolsStageProps) {
    const { account, region } = settings;
    super(scope, 'tools', { env: { account, region } });
    Tags.of(this).add('application', 'torii');
    // Named: checklists call stacks by these names.
    const stack = (part: string) => ({ settings, environments, stackName: `torii-tools-${part}`, terminationProtection: true });

    const { repositories } = new RegistryStack(this, 'Registry', { ...stack('registry'), organizationId });
    const artifacts = new ArtifactsStack(this, 'Artifacts', stack('artifacts'));
    const { approvals: topic, key } = new NoticesStack(this, 'Notices', stack('notices'));
    const shared = { artifacts, approvals: { topic, key } };
    for (const [service, repository] of repositories)
      new ServicePipelineStack(this, `Pipeline-${service}`, { ...stack(`pipeline-${service}`), ...shared, service, repository });
    new InfrastructurePipelineStack(this, `Pipeline-${INFRASTRUCTURE}`, { ...stack(`pipeline-${INFRASTRUCTURE}`), ...shared });
  }
}
