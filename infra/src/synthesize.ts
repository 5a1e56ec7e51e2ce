import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { App, Validations } from 'aws-cdk-lib';
import type { cx_api } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { EnvironmentStage } from './environment-stage.ts';
import type { EnvironmentSettings } from './environment-settings.ts';

/**
 * Writes one stage's cloud assembly. Nobody is asked anything: accounts and zones are literal, nothing is looked up.
 * @throws Error when a template is invalid or breaks a rule; the folder then holds the templates and the report.
 */
export function synthesize(settings: EnvironmentSettings, outputFolder: string): cx_api.CloudAssembly {
  const app = createApp(outputFolder);
  new EnvironmentStage(app, settings);
  return app.synth();
}

/** An app that refuses what CloudFormation or the AwsSolutions rules would refuse. */
export function createApp(outputFolder: string): App {
  // Assets of earlier runs would stay, and the validator reads every file it finds.
  rmSync(outputFolder, { recursive: true, force: true });
  const app = new App({ outdir: outputFolder, context: featureFlags(), analyticsReporting: false });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
}

/** The flags `cdk init` would write into cdk.json: without the CLI nobody else reads them. */
function featureFlags(): Record<string, unknown> {
  const recommended: unknown = createRequire(import.meta.url)('aws-cdk-lib/recommended-feature-flags.json');
  if (typeof recommended !== 'object' || recommended === null)
    throw new Error('The recommended feature flags cannot be read: aws-cdk-lib has none.');
  return {
    ...recommended,
    // Exports: a stack then can't be deleted or lose a value while another one uses it.
    '@aws-cdk/core:defaultCrossStackReferences': 'strong',
    // A warning that is right is an error; one that is wrong is acknowledged, with the reason, at its resource.
    '@aws-cdk/core:strictCfnValidateErrors': true,
  };
}
