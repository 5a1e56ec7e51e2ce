import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { FailureNotice } from '../../constructs/delivery/failure-notice.ts';
import { NoticeTopic } from '../../constructs/delivery/notice-topic.ts';
import type { ToolsStackProps } from './tools-props.ts';

/** What pipelines tell people: that somebody is to decide, and that one of them failed. */
export class NoticesStack extends Stack {
  readonly approvals: NoticeTopic;
  readonly key: Key;

  constructor(scope: Construct, id: string, props: ToolsStackProps) {
    super(scope, id, props);
    const { region, approverEmails, developerEmail } = props.settings;
    this.key = new Key(this, 'Key', {
      description: 'What the pipelines of torii tell',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.approvals = new NoticeTopic(this, 'Approvals', { encryptionKey: this.key, emails: approverEmails });
    new FailureNotice(this, 'Failed', {
      region,
      topic: new NoticeTopic(this, 'Failures', { encryptionKey: this.key, emails: [developerEmail] }),
    });
  }
}
