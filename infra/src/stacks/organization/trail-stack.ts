import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { OrganizationTrail } from '../../constructs/organization/organization-trail.ts';
import { TrailAlarms } from '../../constructs/organization/trail-alarms.ts';
import type { OrganizationStackProps } from './organization-props.ts';

/** What happens in any account and region is written down, and what should never happen rings. */
export class TrailStack extends Stack {
  constructor(scope: Construct, id: string, props: OrganizationStackProps) {
    super(scope, id, props);
    const { settings } = props;
    const { logGroup, key } = new OrganizationTrail(this, 'Trail', { settings });
    new TrailAlarms(this, 'Alarms', { logGroup, encryptionKey: key, email: settings.securityEmail });
  }
}
