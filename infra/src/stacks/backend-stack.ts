import type { Consumer, Publisher } from '@torii/contracts';
import { Stack } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { addOutboxAlarm } from '../constructs/outbox-alarm.ts';
import { createPublisherWiring } from '../constructs/publisher-wiring.ts';
import type { SecurityGroups } from '../constructs/security-groups.ts';
import { Service } from '../constructs/service.ts';
import type { SignInPool } from '../constructs/sign-in-pool.ts';
import type { DataStack } from './data-stack.ts';
import type { MessagingStack } from './messaging-stack.ts';
import type { PlatformStack } from './platform-stack.ts';
import type { StageStackProps } from './stack-props.ts';

export interface BackendStackProps extends StageStackProps {
  readonly vpc: IVpc;
  readonly groups: SecurityGroups['byName'];
  readonly data: DataStack;
  readonly messaging: MessagingStack;
  readonly signIn: SignInPool;
  readonly platform: PlatformStack;
}

export interface BackendDifferences {
  readonly name: Publisher;
  /** Of its rule on the API listener. */
  readonly priority: number;
  /** What takes messages inside this service. @default the consumer of its name */
  readonly consumers?: readonly Consumer[];
  /** What only this backend needs. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A service with a schema, a topic and queues, reached through API Gateway. */
export abstract class BackendStack extends Stack {
  protected readonly service: Service;

  constructor(scope: Construct, id: string, props: BackendStackProps, differences: BackendDifferences) {
    super(scope, id, props);
    const { data, messaging, signIn, platform } = props;
    const { name } = differences;
    const topic = messaging.topics[name];
    const wiring = createPublisherWiring({
      publisher: name,
      consumers: differences.consumers ?? [name],
      database: data.database,
      schema: data.schemas[name],
      queues: messaging.queues,
      messagesBucket: messaging.messagesBucket,
    });
    this.service = new Service(this, 'Service', {
      name,
      settings: props.settings,
      vpc: props.vpc,
      cluster: platform.cluster,
      securityGroup: props.groups.backend,
      listener: platform.apiListener,
      paths: [`/${name}`, `/${name}/*`],
      priority: differences.priority,
      environment: {
        TOKEN_ISSUER: signIn.pool.userPoolProviderUrl,
        TOKEN_CLIENT_IDS: `${signIn.web.userPoolClientId},${signIn.mobile.userPoolClientId}`,
        EVENTS_TOPIC_ARN: topic.topicArn,
        ...wiring.environment,
        ...differences.environment,
      },
      migrates: true,
      queues: wiring.consumed,
      alarmTopic: messaging.alarmTopic,
    });
    wiring.grantTo(this.service.taskRole);
    topic.grantPublish(this.service.taskRole);
    addOutboxAlarm(this, name, messaging.alarmTopic);
  }
}
