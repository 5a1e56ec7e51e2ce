import { Stack } from 'aws-cdk-lib';
import { CfnPolicy } from 'aws-cdk-lib/aws-organizations';
import type { Construct } from 'constructs';
import { listServiceControlPolicies, toDocument } from '../../organization/service-control-policies.ts';
import type { OrganizationStackProps } from './organization-props.ts';

/** Service control policies, on the organization's root: an account that is outside of every unit has them too. */
export class GuardrailsStack extends Stack {
  constructor(scope: Construct, id: string, props: OrganizationStackProps) {
    super(scope, id, props);
    const { settings } = props;
    for (const policy of listServiceControlPolicies(settings)) {
      new CfnPolicy(this, `Policy-${policy.name}`, {
        name: policy.name,
        description: policy.description,
        type: 'SERVICE_CONTROL_POLICY',
        content: toDocument(policy),
        targetIds: [settings.rootId],
      });
    }
  }
}
