import { Duration, Validations } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import { DeploymentControllerType, FargateService, PropagatedTagSource, type ICluster, type Secret } from 'aws-cdk-lib/aws-ecs';
import {
  ApplicationListenerRule,
  ApplicationProtocol,
  ApplicationTargetGroup,
  ListenerAction,
  ListenerCondition,
  TargetType,
  type IApplicationListener,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { EnvironmentSettings } from '../environment-settings.ts';
import type { ServiceName } from '../services.ts';
import type { ConsumerQueue } from './consumer-queue.ts';
import { WILDCARDS_OF_GRANTS } from './grant-wildcards.ts';
import { MaskedLogGroup } from './log-group.ts';
import { SERVICE_PORT } from './security-groups.ts';
import { addServiceAlarms } from './service-alarms.ts';
import { scaleService } from './service-scaling.ts';
import { ServiceTask, type ServiceTaskProps } from './service-task.ts';

export interface ServiceProps {
  readonly name: ServiceName;
  readonly settings: EnvironmentSettings;
  readonly vpc: IVpc;
  readonly cluster: ICluster;
  readonly securityGroup: ISecurityGroup;
  /** The load balancer's listener whose callers this service answers. */
  readonly listener: IApplicationListener;
  /** Path patterns of that listener. `/x/*` does not match `/x`: name both. */
  readonly paths: readonly string[];
  /** Order of the listener's rules, lowest first; unique per listener. */
  readonly priority: number;
  /** What the service needs beyond what every service is given. */
  readonly environment: Readonly<Record<string, string>>;
  /** Variables that ECS reads from Secrets Manager. @default none */
  readonly secrets?: Readonly<Record<string, Secret>>;
  /** True for a service with a schema: it gets a second task definition, run before each deployment. */
  readonly migrates: boolean;
  /** What its tasks take messages from: there are more tasks when messages wait. */
  readonly queues: readonly ConsumerQueue[];
  readonly alarmTopic: ITopic;
}

/**
 * One ECS service behind the load balancer. After its creation CodeDeploy owns it: CloudFormation may change neither its task
 * definition nor its load balancing nor its rule any more, so those stay as they are, and the pipeline deploys revisions of the task
 * definition whose ARN is in the parameter.
 */
export class Service extends Construct {
  /** What the service's processes may do; grant to this. */
  readonly taskRole: Role;
  readonly #props: ServiceProps;

  constructor(scope: Construct, id: string, props: ServiceProps) {
    super(scope, id);
    this.#props = props;
    this.taskRole = new Role(this, 'TaskRole', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
    // X-Ray has no resources to name.
    this.taskRole.addToPolicy(new PolicyStatement({ actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], resources: ['*'] }));
    Validations.of(this.taskRole).acknowledge(...WILDCARDS_OF_GRANTS);
    const task = this.#createTasks();
    const targetGroup = this.#createTargetGroup();
    const rule = new ApplicationListenerRule(this, 'Rule', {
      listener: props.listener,
      priority: props.priority,
      conditions: [ListenerCondition.pathPatterns([...props.paths])],
      action: ListenerAction.forward([targetGroup]),
    });
    const service = this.#createService(task, targetGroup);
    // ECS refuses a target group that no listener uses yet.
    service.node.addDependency(rule);
    addServiceAlarms(this, { name: props.name, targetGroup, topic: props.alarmTopic });
  }

  /** The task that serves, and for a service that migrates the one that does so. Returns the former. */
  #createTasks(): ServiceTask {
    const { name, settings, environment, secrets = {} } = this.#props;
    const family = `torii-${settings.name}-${name}`;
    const logGroup = new MaskedLogGroup(this, 'Logs', { retentionDays: settings.logRetentionDays });
    const executionRole = new Role(this, 'ExecutionRole', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
    const shared: Omit<ServiceTaskProps, 'family' | 'command' | 'serves'> = {
      cpu: settings.service.cpu,
      memoryMiB: settings.service.memoryMiB,
      environment: { ...commonEnvironment(name, settings), ...environment },
      secrets,
      taskRole: this.taskRole,
      executionRole,
      logGroup,
    };
    const task = new ServiceTask(this, 'Task', { ...shared, family, command: ['node', `services/${name}/src/main.ts`], serves: true });
    this.#publishTask('task-definition', task);
    if (this.#props.migrates) {
      const migrate = new ServiceTask(this, 'Migrate', {
        ...shared,
        family: `${family}-migrate`,
        command: ['node', `services/${name}/src/migrate.ts`],
        serves: false,
      });
      this.#publishTask('migrate-task-definition', migrate);
    }
    return task;
  }

  /** Named: the pipeline, in another account, looks for exactly this parameter and renders from the revision it holds. */
  #publishTask(parameter: string, task: ServiceTask): void {
    const { name, settings } = this.#props;
    new StringParameter(task, 'Parameter', {
      parameterName: `/torii/${settings.name}/${name}/${parameter}`,
      stringValue: task.taskDefinitionArn,
    });
  }

  #createTargetGroup(): ApplicationTargetGroup {
    return new ApplicationTargetGroup(this, 'Blue', {
      vpc: this.#props.vpc,
      port: SERVICE_PORT,
      protocol: ApplicationProtocol.HTTP,
      targetType: TargetType.IP,
      // As long as a service may take to finish what it has begun.
      deregistrationDelay: Duration.seconds(25),
      healthCheck: {
        path: '/healthz',
        interval: Duration.seconds(10),
        timeout: Duration.seconds(5),
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 3,
      },
    });
  }

  #createService(task: ServiceTask, targetGroup: ApplicationTargetGroup): FargateService {
    const { settings, cluster, securityGroup } = this.#props;
    const { minTasks, maxTasks, capacityProvider } = settings.service;
    const service = new FargateService(this, 'Service', {
      cluster,
      taskDefinition: task,
      desiredCount: minTasks,
      securityGroups: [securityGroup],
      vpcSubnets: { subnetGroupName: 'app' },
      assignPublicIp: false,
      deploymentController: { type: DeploymentControllerType.CODE_DEPLOY },
      capacityProviderStrategies: [{ capacityProvider, weight: 1 }],
      healthCheckGracePeriod: Duration.seconds(60),
      minHealthyPercent: 100,
      maxHealthyPercent: 200,
      propagateTags: PropagatedTagSource.SERVICE,
    });
    service.attachToApplicationTargetGroup(targetGroup);
    scaleService({
      tasks: service.autoScaleTaskCount({ minCapacity: minTasks, maxCapacity: maxTasks }),
      targetGroups: [targetGroup],
      requestsPerTask: settings.service.requestsPerTask,
      queues: this.#props.queues,
    });
    return service;
  }
}

function commonEnvironment(name: ServiceName, settings: EnvironmentSettings): Record<string, string> {
  return {
    SERVICE_NAME: name,
    ENVIRONMENT: settings.name,
    PORT: String(SERVICE_PORT),
    LOG_LEVEL: 'info',
    SHUTDOWN_TIMEOUT_MS: '25000',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
    OTEL_TRACES_SAMPLER_ARG: String(settings.tracesSamplingRatio),
    // RDS's certificates, put there by the image.
    NODE_EXTRA_CA_CERTS: '/app/certs/ca-bundle.pem',
    // API Gateway's stage: paths of Location headers begin with it.
    API_BASE_PATH: '/v1',
  };
}
