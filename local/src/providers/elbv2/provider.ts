import { createHash } from 'node:crypto';
import type { EdgeHandler } from '../../edge/exchange.ts';
import { createUpstreams } from '../../edge/upstream.ts';
import type { LocalContext, Properties, Provider, Resource, ResourceHandler, ResourceState, TargetDirectory } from '../../provider.ts';
import { flagOf, numberOf, recordsOf, requiredText, textOf } from '../../read-value.ts';
import { parseActions } from './actions.ts';
import { parseConditions } from './conditions.ts';
import { createListenerHandler, type Listener, type LoadBalancer, type Rule } from './load-balancer.ts';

export interface LoadBalancerParts {
  /** ECS: the healthy tasks behind a target group. */
  readonly targets: TargetDirectory;
  /** In [0, 1). @default Math.random */
  readonly random?: () => number;
  /** @default Date.now */
  readonly now?: () => number;
}

/** How CloudFront and API Gateway reach a load balancer: in process, without a port of its own. */
export interface LoadBalancers {
  /** By ARN or DNS name, and by the listener's port; undefined when the templates have none. */
  findListener(loadBalancer: string, port: number): EdgeHandler | undefined;
  /** Where the tasks behind a target group say that they are well. */
  findHealthPath(targetGroupArn: string): string | undefined;
}

export interface LoadBalancerProvider extends Provider {
  readonly loadBalancers: LoadBalancers;
}

// The load balancer's default.
const IDLE_TIMEOUT_MS = 60_000;

/** Application load balancers: listeners and rules as the templates have them, answered inside the edge's own process. */
export function createLoadBalancerProvider(
  context: Pick<LocalContext, 'region' | 'accountId'>,
  parts: LoadBalancerParts,
): LoadBalancerProvider {
  const balancers = new Map<string, LoadBalancer>();
  const listeners = new Map<string, Listener>();
  const rules = new Map<string, Rule & { readonly listenerArn: string }>();
  const handlers = new Map<string, EdgeHandler>();
  const healthPaths = new Map<string, string>();
  const idleTimeoutMs = (): number => Math.max(IDLE_TIMEOUT_MS, ...[...balancers.values()].map((balancer) => balancer.idleTimeoutMs));
  const upstreams = createUpstreams(idleTimeoutMs);

  const createHandler = (balancer: LoadBalancer, port: number): EdgeHandler | undefined => {
    const listener = [...listeners.values()].find((candidate) => candidate.loadBalancerArn === balancer.arn && candidate.port === port);
    if (listener === undefined) return undefined;
    const ordered = [...rules.values()].filter((rule) => rule.listenerArn === listener.arn).toSorted((a, b) => a.priority - b.priority);
    const { targets, random = Math.random, now = Date.now } = parts;
    return createListenerHandler({ loadBalancer: balancer, listener, rules: ordered, targets, upstreams, random, now });
  };

  return {
    loadBalancers: {
      findHealthPath: (targetGroupArn) => healthPaths.get(targetGroupArn),
      findListener(name, port) {
        const balancer = balancers.get(name) ?? [...balancers.values()].find((candidate) => candidate.dnsName === name);
        if (balancer === undefined) return undefined;
        const key = `${balancer.arn}:${port}`;
        const handler = handlers.get(key) ?? createHandler(balancer, port);
        if (handler !== undefined) handlers.set(key, handler);
        return handler;
      },
    },
    types: {
      'AWS::ElasticLoadBalancingV2::LoadBalancer': loadBalancerHandler(context, balancers),
      'AWS::ElasticLoadBalancingV2::TargetGroup': targetGroupHandler(context, healthPaths),
      'AWS::ElasticLoadBalancingV2::Listener': forgetting(handlers, listenerHandler(listeners)),
      'AWS::ElasticLoadBalancingV2::ListenerRule': forgetting(handlers, ruleHandler(rules)),
    },
    stop: () => upstreams.close(),
  };
}

type Place = Pick<LocalContext, 'region' | 'accountId'>;

// What makes a load balancer or target group another one is part of its id, so that a replacement never has its predecessor's.
const REPLACING = ['Scheme', 'Type', 'Port', 'Protocol', 'TargetType', 'VpcId'];

/** The same every time for the same resource, so that ARNs survive a restart and a lost state. */
function arnOf({ region, accountId }: Place, kind: string, resource: Resource): string {
  return `arn:aws:elasticloadbalancing:${region}:${accountId}:${kind}/${nameOf(resource)}/${digest(resource, REPLACING)}`;
}

function digest({ stack, logicalId, properties }: Resource, replacing: readonly string[] = []): string {
  const kind = replacing.map((name) => properties[name] ?? null);
  return createHash('sha256')
    .update(JSON.stringify([stack, logicalId, ...kind]))
    .digest('hex')
    .slice(0, 16);
}

/** Load balancer names have at most 32 letters, digits and hyphens. */
function nameOf(resource: Resource): string {
  return textOf(resource.properties['Name']) ?? resource.generatedName.slice(0, 32).replace(/-$/, '');
}

function loadBalancerHandler(place: Place, balancers: Map<string, LoadBalancer>): ResourceHandler {
  return {
    replacedBy: ['Name', 'Scheme', 'Type'],
    async apply(resource) {
      const arn = arnOf(place, 'loadbalancer/app', resource);
      const fullName = arn.slice(arn.indexOf('app/'));
      const prefix = textOf(resource.properties['Scheme']) === 'internal' ? 'internal-' : '';
      const dnsName = `${prefix}${nameOf(resource)}-${digest(resource).slice(0, 9)}.${place.region}.elb.amazonaws.com`.toLowerCase();
      const attributes = attributesOf(resource.properties);
      balancers.set(arn, {
        arn,
        dnsName,
        dropsInvalidHeaders: flagOf(attributes['routing.http.drop_invalid_header_fields.enabled']) === true,
        idleTimeoutMs: (numberOf(attributes['idle_timeout.timeout_seconds']) ?? IDLE_TIMEOUT_MS / 1000) * 1000,
      });
      return {
        physicalId: arn,
        attributes: {
          LoadBalancerArn: arn,
          DNSName: dnsName,
          LoadBalancerFullName: fullName,
          LoadBalancerName: nameOf(resource),
          CanonicalHostedZoneID: 'Z32O12XQLNTSW2',
          SecurityGroups: resource.properties['SecurityGroups'] ?? [],
        },
      };
    },
    async remove(resource) {
      balancers.delete(resource.physicalId);
    },
  };
}

function attributesOf(properties: Properties): Readonly<Record<string, string>> {
  return Object.fromEntries(
    recordsOf(properties['LoadBalancerAttributes']).map(({ Key: key, Value: value }) => [textOf(key) ?? '', textOf(value) ?? '']),
  );
}

/** Health is checked by whoever runs the tasks; to the load balancer a group is a name to ask for. */
function targetGroupHandler(place: Place, healthPaths: Map<string, string>): ResourceHandler {
  return {
    replacedBy: ['Name', 'Port', 'Protocol', 'TargetType', 'VpcId'],
    async apply(resource) {
      const arn = arnOf(place, 'targetgroup', resource);
      healthPaths.set(arn, textOf(resource.properties['HealthCheckPath']) ?? '/');
      const fullName = arn.slice(arn.indexOf('targetgroup/'));
      return {
        physicalId: arn,
        attributes: { TargetGroupArn: arn, TargetGroupFullName: fullName, TargetGroupName: nameOf(resource), LoadBalancerArns: [] },
      };
    },
  };
}

function listenerHandler(listeners: Map<string, Listener>): ResourceHandler {
  return {
    replacedBy: ['LoadBalancerArn'],
    async apply(resource) {
      const loadBalancerArn = requiredText(resource.properties, 'LoadBalancerArn');
      const arn = `${loadBalancerArn.replace(':loadbalancer/', ':listener/')}/${digest(resource)}`;
      listeners.set(arn, {
        arn,
        loadBalancerArn,
        port: numberOf(resource.properties['Port']) ?? 80,
        protocol: (textOf(resource.properties['Protocol']) ?? 'HTTP').toLowerCase(),
        defaultAction: parseActions(recordsOf(resource.properties['DefaultActions'])),
      });
      return { physicalId: arn, attributes: { ListenerArn: arn } };
    },
    async remove(resource) {
      listeners.delete(resource.physicalId);
    },
  };
}

function ruleHandler(rules: Map<string, Rule & { readonly listenerArn: string }>): ResourceHandler {
  return {
    replacedBy: ['ListenerArn'],
    async apply(resource) {
      const listenerArn = requiredText(resource.properties, 'ListenerArn');
      const arn = `${listenerArn.replace(':listener/', ':listener-rule/')}/${digest(resource)}`;
      rules.set(arn, {
        listenerArn,
        priority: numberOf(resource.properties['Priority']) ?? 50_000,
        matches: parseConditions(recordsOf(resource.properties['Conditions'])),
        action: parseActions(recordsOf(resource.properties['Actions'])),
      });
      return { physicalId: arn, attributes: { RuleArn: arn, IsDefault: false } };
    },
    async remove(resource) {
      rules.delete(resource.physicalId);
    },
  };
}

/** Handlers are made on demand from what the templates say then: a change makes them anew. */
function forgetting(handlers: Map<string, EdgeHandler>, inner: ResourceHandler): ResourceHandler {
  return {
    ...inner,
    apply(resource, previous): Promise<ResourceState> {
      handlers.clear();
      return inner.apply(resource, previous);
    },
    async remove(resource) {
      handlers.clear();
      await inner.remove?.(resource);
    },
  };
}
