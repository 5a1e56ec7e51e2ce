import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';

export interface WebAclProps {
  /** CLOUDFRONT for a distribution, in us-east-1 only; REGIONAL for an API. */
  readonly scope: 'CLOUDFRONT' | 'REGIONAL';
  /** Requests of one address in five minutes before the rest is refused. */
  readonly requestsPerAddress: number;
}

const MANAGED_RULES = [
  'AWSManagedRulesAmazonIpReputationList',
  'AWSManagedRulesKnownBadInputsRuleSet',
  'AWSManagedRulesCommonRuleSet',
] as const;

/** AWS's managed rules, and a limit per address. */
export class WebAcl extends Construct {
  readonly resource: CfnWebACL;
  readonly arn: string;

  constructor(scope: Construct, id: string, props: WebAclProps) {
    super(scope, id);
    this.resource = new CfnWebACL(this, 'Acl', {
      scope: props.scope,
      defaultAction: { allow: {} },
      visibilityConfig: createVisibility('all'),
      rules: [
        {
          name: 'rate-limit',
          priority: 0,
          action: { block: {} },
          statement: { rateBasedStatement: { limit: props.requestsPerAddress, aggregateKeyType: 'IP' } },
          visibilityConfig: createVisibility('rate-limit'),
        },
        ...MANAGED_RULES.map((name, index) => createManagedRule(name, index + 1)),
      ],
    });
    this.arn = this.resource.attrArn;
  }
}

function createManagedRule(name: (typeof MANAGED_RULES)[number], priority: number): CfnWebACL.RuleProperty {
  // Its limit of 8 KB would refuse ordinary items; API Gateway and the services have limits of their own.
  const ruleActionOverrides =
    name === 'AWSManagedRulesCommonRuleSet' ? [{ name: 'SizeRestrictions_BODY', actionToUse: { count: {} } }] : [];
  return {
    name,
    priority,
    overrideAction: { none: {} },
    statement: { managedRuleGroupStatement: { vendorName: 'AWS', name, ruleActionOverrides } },
    visibilityConfig: createVisibility(name),
  };
}

function createVisibility(metricName: string): CfnWebACL.VisibilityConfigProperty {
  return { metricName, cloudWatchMetricsEnabled: true, sampledRequestsEnabled: true };
}
