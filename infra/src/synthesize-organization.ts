import type { cx_api } from 'aws-cdk-lib';
import { OrganizationStage } from './organization-stage.ts';
import { getOrganization } from './organization.ts';
import { createApp } from './synthesize.ts';

/** Writes the cloud assembly of the organization. @throws Error when a setting or a template is invalid */
export function synthesizeOrganization(outputFolder: string): cx_api.CloudAssembly {
  const settings = getOrganization();
  const app = createApp(outputFolder);
  new OrganizationStage(app, settings);
  return app.synth();
}
