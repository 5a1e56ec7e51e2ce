import { CfnGroup, CfnSamplingRule } from 'aws-cdk-lib/aws-xray';
import { Construct } from 'constructs';
import type { EnvironmentSettings } from '../../environment-settings.ts';
import { SERVICES } from '../../services.ts';

/** Seconds, as the alarm on latency has it. */
const SLOW_SECONDS = 2;

/**
 * Groups that find failed and slow traces of each service, and the rule for which traces there are. Who begins a trace decides, and everybody
 * behind follows: for what begins in API Gateway the rule decides, for the rest the sampler of the service, by `OTEL_TRACES_SAMPLER_ARG`. Both
 * shares are the same setting (docs/adr/0016-decide-about-a-trace-where-it-begins.md).
 */
export class TraceViews extends Construct {
  constructor(scope: Construct, id: string, { name, tracesSamplingRatio }: EnvironmentSettings) {
    super(scope, id);
    for (const service of SERVICES) {
      const groups = { errors: '{ fault = true }', slow: `{ responsetime > ${SLOW_SECONDS} }` };
      for (const [view, condition] of Object.entries(groups)) {
        // Named: the commands of the runbook ask for traces by group. Short, as X-Ray takes 32 characters: the account is the stage's alone.
        new CfnGroup(this, `${service}-${view}`, {
          groupName: `${service}-${view}`,
          filterExpression: `service("${service}") ${condition}`,
          insightsConfiguration: { insightsEnabled: false },
        });
      }
    }
    // Without it X-Ray's default decides: one trace a second, and 5 % of the others.
    const ruleName = `torii-${name}-api`;
    new CfnSamplingRule(this, ruleName, {
      samplingRule: {
        ruleName,
        version: 1,
        priority: 100,
        serviceType: 'AWS::ApiGateway::Stage',
        fixedRate: tracesSamplingRatio,
        // A second: whatever the share, a quiet hour is not without traces.
        reservoirSize: 1,
        serviceName: '*',
        host: '*',
        httpMethod: '*',
        urlPath: '*',
        resourceArn: '*',
      },
    });
  }
}
