import { Aspects, Stage, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { getQueue } from './constructs/messaging/consumer-queue.ts';
import type { Deployable } from './constructs/service/deployable.ts';
import { findProcessLogGroups } from './constructs/logs/log-group.ts';
import { LogEncryption } from './constructs/logs/log-key.ts';
import type { EnvironmentSettings } from './environment-settings.ts';
import { ApiStack } from './stacks/api-stack.ts';
import { CatalogStack } from './stacks/catalog-stack.ts';
import { BackendStack } from './stacks/backend-stack.ts';
import { DataStack } from './stacks/data-stack.ts';
import { DeploymentStack } from './stacks/deployment-stack.ts';
import { EdgeAlarmsStack } from './stacks/edge-alarms-stack.ts';
import { EdgeStack } from './stacks/edge-stack.ts';
import { EdgeWafStack } from './stacks/edge-waf-stack.ts';
import { FrontendStack } from './stacks/frontend-stack.ts';
import { IdentityStack } from './stacks/identity-stack.ts';
import { JobsStack } from './stacks/jobs-stack.ts';
import { LogLakeStack } from './stacks/log-lake-stack.ts';
import { MessagingStack } from './stacks/messaging-stack.ts';
import { NetworkStack } from './stacks/network-stack.ts';
import { ObservabilityStack } from './stacks/observability-stack.ts';
import { PlatformStack } from './stacks/platform-stack.ts';
import { UserPoolStack } from './stacks/user-pool-stack.ts';

/** One stage: all of its stacks, in the order in which they need each other. */
export class EnvironmentStage extends Stage {
  constructor(scope: Construct, settings: EnvironmentSettings) {
    const { name, account, region, protectData: terminationProtection } = settings;
    super(scope, name, { env: { account, region } });
    Tags.of(this).add('application', 'torii');
    Tags.of(this).add('environment', name);
    // Named: runbooks, pipelines and the laptop call stacks by these names.
    const stack = (part: string) => ({ settings, stackName: `torii-${name}-${part}`, terminationProtection });

    const { vpc, groups, logKey } = new NetworkStack(this, 'Network', stack('network'));
    Aspects.of(this).add(new LogEncryption(logKey));
    const messaging = new MessagingStack(this, 'Messaging', stack('messaging'));
    const { alarmTopic, queues } = messaging;
    const data = new DataStack(this, 'Data', { ...stack('data'), vpc, groups, alarmTopic });
    const identityCommands = getQueue(queues, 'identity-commands');
    const { signIn } = new UserPoolStack(this, 'UserPool', { ...stack('user-pool'), vpc, groups, identityCommands, alarmTopic });
    const platform = new PlatformStack(this, 'Platform', { ...stack('platform'), vpc, groups, alarmTopic });
    const api = new ApiStack(this, 'Api', { ...stack('api'), vpc, groups, platform, signIn, alarmTopic });

    const serviceProps = { vpc, groups, data, messaging, signIn, platform };
    new IdentityStack(this, 'Identity', { ...stack('svc-identity'), ...serviceProps });
    new CatalogStack(this, 'Catalog', { ...stack('svc-catalog'), ...serviceProps });
    new JobsStack(this, 'Jobs', { ...stack('svc-jobs'), ...serviceProps });
    new FrontendStack(this, 'Frontend', { ...stack('svc-frontend'), ...serviceProps, apiUrl: api.url });
    new DeploymentStack(this, 'Deployment', {
      ...stack('deployment'),
      vpc,
      groups,
      platform,
      alarmTopic,
      deployables: listDeployables(this),
    });

    const edgeEnv = { account, region: 'us-east-1' };
    const { webAclArn } = new EdgeWafStack(this, 'EdgeWaf', { ...stack('edge-waf'), env: edgeEnv });
    const { distribution } = new EdgeStack(this, 'Edge', { ...stack('edge'), loadBalancer: platform.loadBalancer, webAclArn });
    const { alarmTopicArn: edgeAlarmTopicArn } = new EdgeAlarmsStack(this, 'EdgeAlarms', {
      ...stack('edge-alarms'),
      env: edgeEnv,
      distribution,
    });
    // Last: whatever writes logs has been made, and whatever has alarms.
    new LogLakeStack(this, 'LogLake', { ...stack('log-lake'), logGroups: findProcessLogGroups(this), alarmTopic });
    new ObservabilityStack(this, 'Observability', {
      ...stack('observability'),
      watched: this,
      services: listDeployables(this),
      queues,
      entrances: { distribution, api: api.stage, loadBalancer: platform.loadBalancer },
      signIn,
      alarmTopic,
      edgeAlarmTopicArn,
    });
  }
}

/** Of every stack of a service: one that is added is deployed like the others. */
function listDeployables({ node }: Stage): readonly Deployable[] {
  return node.children.flatMap((child) => (child instanceof BackendStack || child instanceof FrontendStack ? [child.deployable] : []));
}
