import type { StackProps } from 'aws-cdk-lib';
import type { ToolsSettings } from '../../tools/tools-settings.ts';

/** What every stack of the tools account is given. */
export interface ToolsStackProps extends StackProps {
  readonly settings: ToolsSettings;
}
