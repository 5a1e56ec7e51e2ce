import { Duration, Stack } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { asInterface } from '../as-interface.ts';
import type { Cache } from './cache.ts';
import type { Database } from './database.ts';
import { FUNCTION_CA_BUNDLE, NodeFunction } from '../node-function.ts';
import { RunbookAlarm } from '../observability/runbook-alarm.ts';

export interface SecretRotationProps {
  /** Days between two passwords. */
  readonly everyDays: number;
  readonly vpc: IVpc;
  /** One that reaches the database. */
  readonly securityGroup: ISecurityGroup;
  readonly database: Database;
  readonly cache: Cache;
  readonly logRetentionDays: number;
  readonly alarmTopic: ITopic;
}

/** New passwords for the users of the schemas, for the administrator of the database and for the user of the cache, by themselves. */
export class SecretRotation extends Construct {
  readonly #function: NodeFunction;
  readonly #interval: Duration;

  constructor(scope: Construct, id: string, props: SecretRotationProps) {
    super(scope, id);
    const { database, cache } = props;
    this.#interval = Duration.days(props.everyDays);
    this.#function = new NodeFunction(this, 'Function', {
      entry: 'infra/lambda/secret-rotation.ts',
      timeout: Duration.seconds(60),
      memoryMiB: 256,
      vpc: props.vpc,
      securityGroup: props.securityGroup,
      logRetentionDays: props.logRetentionDays,
      environment: {
        ADMIN_SECRET_ARN: database.adminSecret.secretArn,
        DATABASE_HOST: database.host,
        DATABASE_PORT: database.port,
        CACHE_SECRET_ARN: cache.secret.secretArn,
        CACHE_USER_ID: cache.userId,
        NODE_EXTRA_CA_CERTS: FUNCTION_CA_BUNDLE,
      },
    });
    database.adminSecret.grantRead(this.#function);
    this.#function.addToRolePolicy(
      new PolicyStatement({ actions: ['elasticache:ModifyUser', 'elasticache:DescribeUsers'], resources: [cache.userArn] }),
    );
    this.rotate(database.adminSecret);
    this.rotate(asInterface<ISecret>(cache.secret));
    new RunbookAlarm(this, 'Errors', {
      metric: this.#function.metricErrors({ period: Duration.minutes(5) }),
      threshold: 0,
      periods: 1,
      problem: 'A password of the database or of the cache could not be changed: a service may be shut out',
      article: 'function-fails',
      topic: props.alarmTopic,
    });
  }

  /** The first change is due after the interval: right away there may be no such user yet. */
  rotate(secret: ISecret): void {
    secret.addRotationSchedule('Rotation', {
      rotationLambda: this.#function,
      automaticallyAfter: this.#interval,
      rotateImmediatelyOnUpdate: false,
    });
    // CDK lets in Secrets Manager as such, whoever's secret it rotates.
    for (const child of this.#function.node.children) if (child instanceof CfnPermission) child.sourceAccount = Stack.of(this).account;
  }
}
