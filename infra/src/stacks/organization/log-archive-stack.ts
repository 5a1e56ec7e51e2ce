import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { TrailBucket } from '../../constructs/organization/trail-bucket.ts';
import type { OrganizationStackProps } from './organization-props.ts';

/** In the account of the log archive: where the trail's files go. Whoever manages the organization can stop the trail, but not touch what it wrote. */
export class LogArchiveStack extends Stack {
  constructor(scope: Construct, id: string, props: OrganizationStackProps) {
    super(scope, id, props);
    new TrailBucket(this, 'Trail', { settings: props.settings });
  }
}
