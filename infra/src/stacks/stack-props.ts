import type { StackProps } from 'aws-cdk-lib';
import type { EnvironmentSettings } from '../environment-settings.ts';

/** What every stack of a stage is given. */
export interface StageStackProps extends StackProps {
  readonly settings: EnvironmentSettings;
}
