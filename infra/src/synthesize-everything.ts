import type { cx_api } from 'aws-cdk-lib';
import { EnvironmentStage } from './environment-stage.ts';
import { ENVIRONMENT_NAMES, getEnvironment } from './environments.ts';
import { OrganizationStage } from './organization-stage.ts';
import { getOrganization } from './organization.ts';
import { addToolsStage } from './synthesize-tools.ts';
import { createApp } from './synthesize.ts';

/** Writes one cloud assembly of all environments, of what is above them, and of what delivers to them. @throws Error when a setting or a template is invalid */
export function synthesizeEverything(outputFolder: string): cx_api.CloudAssembly {
  const environments = ENVIRONMENT_NAMES.map(getEnvironment);
  const organization = getOrganization();
  const app = createApp(outputFolder);
  for (const settings of environments) new EnvironmentStage(app, settings);
  new OrganizationStage(app, organization);
  addToolsStage(app);
  return app.synth();
}
