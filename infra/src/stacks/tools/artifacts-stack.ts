import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { ArtifactBucket } from '../../constructs/delivery/artifact-bucket.ts';
import type { EnvironmentSettings } from '../../environment-settings.ts';
import { ARTIFACT_KEY_ALIAS } from '../../tools/artifact-names.ts';
import type { ToolsStackProps } from './tools-props.ts';

export interface ArtifactsStackProps extends ToolsStackProps {
  readonly environments: readonly EnvironmentSettings[];
}

/** What pipelines hand on, in one bucket under one key. */
export class ArtifactsStack extends Stack {
  readonly bucket: ArtifactBucket;
  readonly key: Key;

  constructor(scope: Construct, id: string, props: ArtifactsStackProps) {
    super(scope, id, props);
    const { settings, environments } = props;
    this.key = new Key(this, 'Key', {
      description: 'What the pipelines of torii hand on',
      // Named: roles in other accounts are given it before it exists.
      alias: ARTIFACT_KEY_ALIAS,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.bucket = new ArtifactBucket(this, 'Artifacts', { settings, encryptionKey: this.key, environments });
  }
}
