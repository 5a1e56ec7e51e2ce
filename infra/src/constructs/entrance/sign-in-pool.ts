import { queueUrlVariable } from '@torii/contracts';
import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AccountRecovery, FeaturePlan, Mfa, UserPool, UserPoolOperation, type UserPoolClient } from 'aws-cdk-lib/aws-cognito';
import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { EnvironmentSettings } from '../../environment-settings.ts';
import { addFunctionLimitAlarms } from '../function-limits.ts';
import { NodeFunction } from '../node-function.ts';
import { RunbookAlarm } from '../observability/runbook-alarm.ts';

export interface SignInPoolProps {
  readonly settings: EnvironmentSettings;
  readonly vpc: IVpc;
  readonly securityGroup: ISecurityGroup;
  /** Takes `identity.register-user` when somebody has confirmed their address. */
  readonly registrationQueue: IQueue;
  readonly alarmTopic: ITopic;
}

/** Users by e-mail address and password, and the two applications they sign in with. */
export class SignInPool extends Construct {
  readonly pool: UserPool;
  readonly web: UserPoolClient;
  readonly mobile: UserPoolClient;

  constructor(scope: Construct, id: string, props: SignInPoolProps) {
    super(scope, id);
    const { protectData } = props.settings;
    this.pool = new UserPool(this, 'Pool', {
      selfSignUpEnabled: true,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      autoVerify: { email: true },
      keepOriginal: { email: true },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: 12,
        requireDigits: true,
        requireLowercase: true,
        requireUppercase: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(7),
      },
      featurePlan: FeaturePlan.ESSENTIALS,
      deletionProtection: protectData,
      removalPolicy: protectData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    Validations.of(this.pool).acknowledge(
      { id: 'AwsSolutions-COG2', reason: 'Each user decides about a second factor.' },
      { id: 'AwsSolutions-COG8', reason: 'The plus tier is paid per user; the essentials have what sign-in needs.' },
    );
    this.pool.addTrigger(UserPoolOperation.POST_CONFIRMATION, this.#createRegistration(props));
    this.web = this.#createClient('web');
    this.mobile = this.#createClient('mobile');
  }

  #createRegistration(props: SignInPoolProps): NodeFunction {
    const registration = new NodeFunction(this, 'PostConfirmation', {
      entry: 'services/identity/src/lambda/post-confirmation.ts',
      // Cognito waits five seconds for a trigger and asks three times.
      timeout: Duration.seconds(5),
      memoryMiB: 256,
      vpc: props.vpc,
      securityGroup: props.securityGroup,
      logRetentionDays: props.settings.logRetentionDays,
      environment: { [queueUrlVariable('identity-commands')]: props.registrationQueue.queueUrl },
    });
    props.registrationQueue.grantSendMessages(registration);
    new RunbookAlarm(this, 'RegistrationErrors', {
      metric: registration.metricErrors({ period: Duration.minutes(5) }),
      // All three of Cognito's attempts for one person, or the first ones of several.
      threshold: 2,
      periods: 1,
      problem: 'Confirmed sign-ups are not announced: the post-confirmation function fails or runs out of time',
      article: 'function-fails',
      topic: props.alarmTopic,
    });
    addFunctionLimitAlarms({ function: registration, called: 'The post-confirmation function', topic: props.alarmTopic });
    return registration;
  }

  /** No secret: a phone can't keep one, and the web server calls the same operations on behalf of a browser. */
  #createClient(name: 'web' | 'mobile'): UserPoolClient {
    return this.pool.addClient(name, {
      userPoolClientName: name,
      generateSecret: false,
      authFlows: { userPassword: true, userSrp: true },
      disableOAuth: true,
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      // Services can't see a revoked token before it expires: this is how long one outlives its log-out.
      accessTokenValidity: Duration.minutes(30),
      idTokenValidity: Duration.minutes(30),
      refreshTokenValidity: Duration.days(30),
    });
  }
}
