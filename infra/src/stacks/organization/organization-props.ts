import type { StackProps } from 'aws-cdk-lib';
import type { OrganizationSettings } from '../../organization.ts';

/** What every stack of the organization is given. */
export interface OrganizationStackProps extends StackProps {
  readonly settings: OrganizationSettings;
}
