import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ServicePipeline, type ServicePipelineProps } from '../../constructs/delivery/service-pipeline.ts';
import type { ToolsStackProps } from './tools-props.ts';

export type ServicePipelineStackProps = ToolsStackProps & ServicePipelineProps;

/** From a commit to production, for one service. */
export class ServicePipelineStack extends Stack {
  constructor(scope: Construct, id: string, props: ServicePipelineStackProps) {
    super(scope, id, props);
    const { service, settings, environments, repository, artifacts, approvals } = props;
    new ServicePipeline(this, 'Delivery', { service, settings, environments, repository, artifacts, approvals });
  }
}
