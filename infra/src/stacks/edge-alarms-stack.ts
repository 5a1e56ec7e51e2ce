import { CrossStackReferences, ReferenceStrength, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Distribution } from 'aws-cdk-lib/aws-cloudfront';
import { Key } from 'aws-cdk-lib/aws-kms';
import { CfnTopic, type ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { AlarmTopic } from '../constructs/observability/alarm-topic.ts';
import { asInterface } from '../constructs/as-interface.ts';
import { addCertificateAlarm } from '../constructs/entrance/certificate-alarm.ts';
import { addEdgeAlarm } from '../constructs/entrance/entrance-alarms.ts';
import type { StageStackProps } from './stack-props.ts';

export interface EdgeAlarmsStackProps extends StageStackProps {
  readonly distribution: Distribution;
}

/** What CloudFront and its certificate say is in us-east-1 only; alarms watch their own region, and tell topics of it. */
export class EdgeAlarmsStack extends Stack {
  readonly alarmTopicArn: string;

  constructor(scope: Construct, id: string, props: EdgeAlarmsStackProps) {
    super(scope, id, props);
    const { settings } = props;
    const encryptionKey = new Key(this, 'TopicKey', {
      description: `Alarms of the edge of torii ${settings.name}`,
      enableKeyRotation: true,
      // A topic keeps nothing.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const topic = new AlarmTopic(this, 'Alarms', { encryptionKey, email: settings.alarmEmail });
    addEdgeAlarm(this, props.distribution, asInterface<ITopic>(topic));
    addCertificateAlarm(this, settings.edgeCertificateArn, asInterface<ITopic>(topic));
    this.alarmTopicArn = exportWeakly(topic);
  }
}

/** The topic's ARN for a stack of another region. CDK would make it of the topic's name, and it has none of its own. */
function exportWeakly({ node: { defaultChild } }: AlarmTopic): string {
  if (!(defaultChild instanceof CfnTopic))
    throw new Error('The alarm topic cannot be told of elsewhere: it has no CloudFormation resource.');
  CrossStackReferences.of(defaultChild).produce(ReferenceStrength.WEAK);
  return defaultChild.ref;
}
