import type { App, cx_api } from 'aws-cdk-lib';
import { ENVIRONMENT_NAMES, getEnvironment } from './environments.ts';
import { getOrganization } from './organization.ts';
import { createApp } from './synthesize.ts';
import { ToolsStage } from './tools-stage.ts';
import { getTools } from './tools.ts';

/** Writes the cloud assembly of the tools account. @throws Error when a setting or a template is invalid */
export function synthesizeTools(outputFolder: string): cx_api.CloudAssembly {
  const app = createApp(outputFolder);
  addToolsStage(app);
  return app.synth();
}

/** @throws Error when a setting cannot work */
export function addToolsStage(app: App): void {
  const environments = ENVIRONMENT_NAMES.map(getEnvironment);
  new ToolsStage(app, { settings: getTools(), environments, organizationId: getOrganization().organizationId });
}
