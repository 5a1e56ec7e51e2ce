import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { ServiceName } from '../../services.ts';
import type { Service } from './service.ts';

/** What a deployment needs to know of a service. */
export interface Deployable {
  readonly name: ServiceName;
  readonly service: Service;
  /** Of its tasks; the migration runs in it too. */
  readonly securityGroup: ISecurityGroup;
  /** True when a task has to run before each deployment. */
  readonly migrates: boolean;
  /** Each of them ends a deployment when it rings; CodeDeploy takes ten at most. */
  readonly rollbackAlarms: readonly Alarm[];
  readonly smokeTest: SmokeTest;
}

/** One thing that anybody can see of a service, and that its bootstrap server does not do. */
export interface SmokeTest {
  readonly path: string;
  /** Problem details that refuse a request without a token, or HTML with a content security policy. */
  readonly expects: 'a 401 problem' | 'a page';
}
