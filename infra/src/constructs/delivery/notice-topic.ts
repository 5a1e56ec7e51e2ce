import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

export interface NoticeTopicProps {
  readonly encryptionKey: IKey;
  /** Who is told. Each must confirm the subscription. */
  readonly emails: readonly string[];
}

/** Tells people by e-mail. */
export class NoticeTopic extends Topic {
  constructor(scope: Construct, id: string, { encryptionKey, emails }: NoticeTopicProps) {
    super(scope, id, { masterKey: encryptionKey, enforceSSL: true });
    for (const email of emails) this.addSubscription(new EmailSubscription(email));
  }
}
