import { assertTools } from './tools/tools-checks.ts';
import type { ToolsSettings } from './tools/tools-settings.ts';

const TOOLS: ToolsSettings = {
  account: '111111111111',
  region: 'eu-west-1',
  repository: {
    connectionArn: 'arn:aws:codeconnections:eu-west-1:111111111111:connection/00000000-0000-4000-8000-000000000000',
    owner: 'example',
    name: 'torii',
    branch: 'main',
  },
  approverEmails: ['releases@example.com'],
  developerEmail: 'developers@example.com',
  keptImages: 300,
  artifactDays: 365,
  logRetentionDays: 90,
};

/**
 * The settings of the tools account, checked: by themselves, and beside the environments and the organization.
 * @throws Error that names every setting that cannot work
 */
export function getTools(): ToolsSettings {
  assertTools(TOOLS);
  return TOOLS;
}
