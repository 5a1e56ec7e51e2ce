import { createHash } from 'node:crypto';
import { type EdgeHandler } from '../../edge/exchange.ts';
import { createEdgeServer } from '../../edge/server.ts';
import { close, listen } from '../../http-server.ts';
import type { LocalContext, Properties, Provider, Resource, ResourceHandler } from '../../provider.ts';
import { numberOf, recordOf, requiredText } from '../../read-value.ts';
import type { LoadBalancers } from '../elbv2/provider.ts';
import { createDistributionHandler } from './distribution.ts';
import { createMemoryCache } from './memory-cache.ts';
import { parseDistribution, type DistributionSettings, type Origin } from './settings.ts';

export interface CloudFrontParts {
  readonly loadBalancers: LoadBalancers;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

interface VpcOrigin {
  readonly loadBalancerArn: string;
  readonly port: number;
}

// The frontend's assets are a few MiB.
const CACHE_BYTES = 64 * 1024 * 1024;

/**
 * The distribution on the `web` port, over plain http: `http://localhost:<web>` stands for CloudFront's https address, so its redirect
 * to https is not done. It reaches the load balancer's listener that its VPC origin names, and no other.
 */
export function createCloudFrontProvider(context: LocalContext, parts: CloudFrontParts): Provider {
  const vpcOrigins = new Map<string, VpcOrigin>();
  const distributions = new Map<string, DistributionSettings>();
  const now = parts.now ?? Date.now;
  let handler: EdgeHandler | undefined;
  const server = createEdgeServer(
    async (request, respond) => handler?.(request, respond),
    (error) =>
      context.log('error', 'A call to the website failed', {
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }),
  );
  const listenerOf = (origin: Origin): EdgeHandler => findListener(origin, vpcOrigins, parts.loadBalancers);
  return {
    types: {
      'AWS::CloudFront::VpcOrigin': vpcOriginHandler(vpcOrigins),
      'AWS::CloudFront::Distribution': distributionHandler(context, distributions),
    },
    async start() {
      const [settings, ...more] = [...distributions.values()];
      if (settings === undefined) return;
      if (more.length > 0)
        throw new Error(`The web port cannot be served: the templates have ${more.length + 1} distributions, and there is one port`);
      handler = createDistributionHandler({ settings, listenerOf, cache: createMemoryCache(CACHE_BYTES), now });
      await listen(server, context.ports.web);
    },
    stop: () => close(server),
  };
}

function findListener(origin: Origin, vpcOrigins: ReadonlyMap<string, VpcOrigin>, loadBalancers: LoadBalancers): EdgeHandler {
  const vpcOrigin = vpcOrigins.get(origin.vpcOriginId);
  const listener = vpcOrigin === undefined ? undefined : loadBalancers.findListener(vpcOrigin.loadBalancerArn, vpcOrigin.port);
  if (listener === undefined) throw new Error(`Origin ${origin.id} cannot be reached: no load balancer of the templates listens there`);
  return listener;
}

function vpcOriginHandler(vpcOrigins: Map<string, VpcOrigin>): ResourceHandler {
  return {
    async apply(resource) {
      const id = `vo_${digestOf(resource)}`;
      const endpoint = recordOf(resource.properties['VpcOriginEndpointConfig']);
      vpcOrigins.set(id, { loadBalancerArn: requiredText(endpoint, 'Arn'), port: portOf(endpoint) });
      return { physicalId: id, attributes: { Id: id, Arn: `arn:aws:cloudfront::vpcorigin/${id}` } };
    },
  };
}

function portOf(endpoint: Properties): number {
  return endpoint['OriginProtocolPolicy'] === 'http-only'
    ? (numberOf(endpoint['HTTPPort']) ?? 80)
    : (numberOf(endpoint['HTTPSPort']) ?? 443);
}

function distributionHandler(context: LocalContext, distributions: Map<string, DistributionSettings>): ResourceHandler {
  return {
    async apply(resource) {
      const id = `E${digestOf(resource).toUpperCase().slice(0, 13)}`;
      distributions.set(id, parseDistribution(resource.properties));
      return { physicalId: id, attributes: { Id: id, DomainName: `localhost:${context.ports.web}` } };
    },
    async remove(resource) {
      distributions.delete(resource.physicalId);
    },
  };
}

function digestOf({ stack, logicalId }: Resource): string {
  return createHash('sha256').update(`${stack}/${logicalId}`).digest('hex').slice(0, 22);
}
