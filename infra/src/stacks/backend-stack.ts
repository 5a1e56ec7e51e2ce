import { listQueues, type Consumer, type Publisher } from '@torii/contracts';
import { Stack } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { getQueue } from '../constructs/messaging/consumer-queue.ts';
import type { Deployable } from '../constructs/service/deployable.ts';
import { addOutboxAlarm, addOutboxRollbackAlarm } from '../constructs/messaging/outbox-alarm.ts';
import { createPublisherWiring } from '../constructs/service/publisher-wiring.ts';
import type { SecurityGroups } from '../constructs/entrance/security-groups.ts';
import { Service } from '../constructs/service/service.ts';
import type { SignInPool } from '../constructs/entrance/sign-in-pool.ts';
import { parameterArn, parameterName } from '../parameters.ts';
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
  /** What works for this service elsewhere, such as in a function: its dead letters are the service's too. @default nothing */
  readonly workers?: readonly Consumer[];
  /** A path that answers 401 without a token: the smoke test asks for it. */
  readonly protectedPath: string;
  /** What only this backend needs. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A service with a schema, a topic and queues, reached through API Gateway. */
export abstract class BackendStack extends Stack {
  readonly deployable: Deployable;
  protected readonly service: Service;

  constructor(scope: Construct, id: string, props: BackendStackProps, differences: BackendDifferences) {
    super(scope, id, props);
    const { data, messaging, signIn, platform } = props;
    const { name } = differences;
    const topic = messaging.topics[name];
    const { consumers = [name], workers = [] } = differences;
    const releaseParameter = parameterName(props.settings.name, name, 'released');
    const wiring = createPublisherWiring({
      publisher: name,
      consumers,
      database: data.database,
      schema: data.schemas[name],
      databasePoolSize: props.settings.service.databasePoolSize,
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
      testListener: platform.testListener,
      testPriority: differences.priority,
      environment: {
        TOKEN_ISSUER: signIn.pool.userPoolProviderUrl,
        TOKEN_CLIENT_IDS: `${signIn.web.userPoolClientId},${signIn.mobile.userPoolClientId}`,
        EVENTS_TOPIC_ARN: topic.topicArn,
        RELEASE_PARAMETER: releaseParameter,
        ...wiring.environment,
        ...differences.environment,
      },
      migrates: true,
      queues: wiring.consumed,
      alarmTopic: messaging.alarmTopic,
    });
    wiring.grantTo(this.service.taskRole);
    topic.grantPublish(this.service.taskRole);
    this.service.taskRole.addToPolicy(
      new PolicyStatement({ actions: ['ssm:GetParameter'], resources: [parameterArn(this, releaseParameter)] }),
    );
    addOutboxAlarm(this, name, messaging.alarmTopic);
    const deadLetters = listQueues()
      .filter(({ consumer }) => [...consumers, ...workers].includes(consumer))
      .map((queue) => getQueue(messaging.queues, queue.name).deadLettersAlarm);
    this.deployable = {
      name,
      service: this.service,
      securityGroup: props.groups.backend,
      migrates: true,
      rollbackAlarms: [...this.service.alarms, addOutboxRollbackAlarm(this, name), ...deadLetters],
      smokeTest: { path: differences.protectedPath, expects: 'a 401 problem' },
    };
  }
}
