import { Duration, Validations } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { ISecurityGroup, IVpc } from 'aws-cdk-lib/aws-ec2';
import { DeploymentControllerType, FargateService, PropagatedTagSource, type ICluster, type Secret } from 'aws-cdk-lib/aws-ecs';
import {
  ApplicationListenerRule,
  ListenerAction,
  ListenerCondition,
  type IApplicationListener,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import type { EnvironmentSettings } from '../../environment-settings.ts';
import { parameterName } from '../../parameters.ts';
import type { ServiceName } from '../../services.ts';
import type { ConsumerQueue } from '../messaging/consumer-queue.ts';
import { ExecutionRole } from './execution-role.ts';
import { WILDCARDS_OF_GRANTS } from '../grant-wildcards.ts';
import { ProcessLogGroup } from '../logs/log-group.ts';
import { SERVICE_PORT } from '../entrance/security-groups.ts';
import { addServiceAlarms } from './service-alarms.ts';
import { addServiceLoadAlarms } from './service-load.ts';
import { scaleService } from './service-scaling.ts';
import { ServiceTask, type ServiceTaskProps } from './service-task.ts';
import { createTargetGroups, type TargetGroupPair } from './target-group-pair.ts';

/** Names the service whose tasks are meant, on the listener that all of them share for tests. */
export const TEST_HEADER = 'torii-service';

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
  /** Where the smoke test meets a release, by the header `torii-service`: any path of any service, also those that no rule forwards. */
  readonly testListener: IApplicationListener;
  /** Order of its rules; unique among all services. */
  readonly testPriority: number;
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
  /** What ECS does for them before they run. */
  readonly executionRole: Role;
  readonly logGroup: LogGroup;
  readonly targetGroups: TargetGroupPair;
  /** Where its callers come in. */
  readonly listener: IApplicationListener;
  /** What CodeDeploy rewrites: which group the listeners forward to. */
  readonly rules: readonly ApplicationListenerRule[];
  readonly ecsService: FargateService;
  /** What the load balancer sees of it. */
  readonly alarms: readonly Alarm[];
  readonly #props: ServiceProps;

  constructor(scope: Construct, id: string, props: ServiceProps) {
    super(scope, id);
    this.#props = props;
    this.listener = props.listener;
    this.taskRole = new Role(this, 'TaskRole', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
    // X-Ray has no resources to name.
    this.taskRole.addToPolicy(new PolicyStatement({ actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], resources: ['*'] }));
    Validations.of(this.taskRole).acknowledge(...WILDCARDS_OF_GRANTS);
    this.logGroup = new ProcessLogGroup(this, 'Logs', { retentionDays: props.settings.logRetentionDays });
    this.executionRole = new ExecutionRole(this, 'ExecutionRole', { service: props.name, settings: props.settings });
    const task = this.#createTasks();
    this.targetGroups = createTargetGroups(this, props.vpc);
    this.rules = this.#createRules();
    this.ecsService = this.#createService(task);
    // ECS refuses a target group that no listener uses yet.
    this.ecsService.node.addDependency(...this.rules);
    addServiceLoadAlarms(this, { name: props.name, service: this.ecsService, topic: props.alarmTopic });
    this.alarms = addServiceAlarms(this, { name: props.name, targetGroups: this.targetGroups, topic: props.alarmTopic });
  }

  /** Both begin with blue: CodeDeploy asks that of the listener for tests too. */
  #createRules(): readonly ApplicationListenerRule[] {
    const { name, listener, priority, paths, testListener, testPriority } = this.#props;
    const action = ListenerAction.forward([this.targetGroups.blue]);
    return [
      new ApplicationListenerRule(this, 'Rule', { listener, priority, conditions: [ListenerCondition.pathPatterns([...paths])], action }),
      new ApplicationListenerRule(this, 'TestRule', {
        listener: testListener,
        priority: testPriority,
        conditions: [ListenerCondition.httpHeader(TEST_HEADER, [name])],
        action,
      }),
    ];
  }

  /** The task that serves, and for a service that migrates the one that does so. Returns the former. */
  #createTasks(): ServiceTask {
    const { name, settings, environment, secrets = {} } = this.#props;
    const family = `torii-${settings.name}-${name}`;
    const shared: Omit<ServiceTaskProps, 'family' | 'command' | 'serves'> = {
      cpu: settings.service.cpu,
      memoryMiB: settings.service.memoryMiB,
      environment: { ...commonEnvironment(name, settings), ...environment },
      secrets,
      taskRole: this.taskRole,
      executionRole: this.executionRole,
      logGroup: this.logGroup,
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
  #publishTask(parameter: 'task-definition' | 'migrate-task-definition', task: ServiceTask): void {
    const { name, settings } = this.#props;
    new StringParameter(task, 'Parameter', {
      parameterName: parameterName(settings.name, name, parameter),
      stringValue: task.taskDefinitionArn,
    });
  }

  #createService(task: ServiceTask): FargateService {
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
    service.attachToApplicationTargetGroup(this.targetGroups.blue);
    scaleService({
      tasks: service.autoScaleTaskCount({ minCapacity: minTasks, maxCapacity: maxTasks }),
      targetGroups: this.targetGroups,
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
