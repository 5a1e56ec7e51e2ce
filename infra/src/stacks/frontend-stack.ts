import { Stack } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { Secret as EcsSecret } from 'aws-cdk-lib/aws-ecs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { asInterface } from '../constructs/as-interface.ts';
import type { Deployable } from '../constructs/service/deployable.ts';
import { PrivateSecret } from '../constructs/data/private-secret.ts';
import type { SecurityGroups } from '../constructs/entrance/security-groups.ts';
import { Service } from '../constructs/service/service.ts';
import type { SignInPool } from '../constructs/entrance/sign-in-pool.ts';
import type { DataStack } from './data-stack.ts';
import type { MessagingStack } from './messaging-stack.ts';
import type { PlatformStack } from './platform-stack.ts';
import type { StageStackProps } from './stack-props.ts';

export interface FrontendStackProps extends StageStackProps {
  readonly vpc: IVpc;
  readonly groups: SecurityGroups['byName'];
  readonly data: DataStack;
  readonly messaging: MessagingStack;
  readonly signIn: SignInPool;
  readonly platform: PlatformStack;
  /** The API's stage: the frontend enters where mobile applications do. */
  readonly apiUrl: string;
}

/** svc-frontend: the web application and the server that keeps its sessions. */
export class FrontendStack extends Stack {
  readonly deployable: Deployable;

  constructor(scope: Construct, id: string, props: FrontendStackProps) {
    super(scope, id, props);
    const sessionSecret = new PrivateSecret(this, 'SessionSecret', {
      description: 'Encrypts the session cookies; the runbook says how to change it and log nobody out',
      encryptionKey: props.data.key,
      generate: { passwordLength: 64, excludePunctuation: true },
    });
    const service = new Service(this, 'Service', {
      name: 'frontend',
      settings: props.settings,
      vpc: props.vpc,
      cluster: props.platform.cluster,
      securityGroup: props.groups.frontend,
      listener: props.platform.edgeListener,
      paths: ['/*'],
      priority: 10,
      testListener: props.platform.testListener,
      // Backends have tens, one after another.
      testPriority: 1,
      environment: {
        API_URL: props.apiUrl,
        USER_POOL_CLIENT_ID: props.signIn.web.userPoolClientId,
        FILES_BUCKET: props.messaging.filesBucket.bucketName,
      },
      secrets: { SESSION_SECRET: EcsSecret.fromSecretsManager(asInterface<ISecret>(sessionSecret)) },
      migrates: false,
      queues: [],
      alarmTopic: props.messaging.alarmTopic,
    });
    this.deployable = {
      name: 'frontend',
      service,
      securityGroup: props.groups.frontend,
      migrates: false,
      rollbackAlarms: service.alarms,
      smokeTest: { path: '/', expects: 'a page' },
    };
  }
}
