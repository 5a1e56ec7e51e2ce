import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { InfrastructurePipeline, type InfrastructurePipelineProps } from '../../constructs/delivery/infrastructure-pipeline.ts';
import type { ToolsStackProps } from './tools-props.ts';

export type InfrastructurePipelineStackProps = ToolsStackProps & InfrastructurePipelineProps;

/** From a commit to the stacks of the environments. */
export class InfrastructurePipelineStack extends Stack {
  constructor(scope: Construct, id: string, props: InfrastructurePipelineStackProps) {
    super(scope, id, props);
    const { settings, environments, artifacts, approvals } = props;
    new InfrastructurePipeline(this, 'Delivery', { settings, environments, artifacts, approvals });
  }
}
