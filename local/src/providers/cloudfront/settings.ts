import { createWildcardTest } from '../../edge/wildcard.ts';
import type { Properties } from '../../provider.ts';
import { flagOf, numberOf, recordOf, recordsOf, requiredText, textOf, textsOf } from '../../read-value.ts';
import {
  findCachePolicy,
  findOriginRequestPolicy,
  findResponseHeaders,
  type AddedHeader,
  type CachePolicy,
  type OriginRequestPolicy,
} from './managed-policies.ts';

export interface Behavior {
  readonly matches: (path: string) => boolean;
  readonly originId: string;
  readonly methods: ReadonlySet<string>;
  readonly compress: boolean;
  readonly cache: CachePolicy;
  readonly originRequest: OriginRequestPolicy;
  readonly responseHeaders: Readonly<Record<string, AddedHeader>>;
}

export interface Origin {
  readonly id: string;
  readonly domainName: string;
  readonly vpcOriginId: string;
  readonly readTimeoutMs: number;
  /** Headers that CloudFront adds to every request to it. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface DistributionSettings {
  /** In the template's order; the default behaviour, which matches everything, comes last. */
  readonly behaviors: readonly Behavior[];
  readonly origins: readonly Origin[];
}

// CloudFront's default of 30 s.
const READ_TIMEOUT_SECONDS = 30;

/** @throws Error naming what a distribution has that does not work here */
export function parseDistribution(properties: Properties): DistributionSettings {
  const config = recordOf(properties['DistributionConfig']);
  const special = recordsOf(config['CacheBehaviors']).map((behavior) =>
    parseBehavior(behavior, createWildcardTest(requiredText(behavior, 'PathPattern').replace(/^(?!\/)/, '/'))),
  );
  const standard = parseBehavior(recordOf(config['DefaultCacheBehavior']), () => true);
  return { behaviors: [...special, standard], origins: recordsOf(config['Origins']).map(parseOrigin) };
}

function parseBehavior(behavior: Properties, matches: Behavior['matches']): Behavior {
  for (const name of ['FunctionAssociations', 'LambdaFunctionAssociations']) {
    if (recordsOf(behavior[name]).length > 0) throw new Error(`A behaviour with ${name} is not supported`);
  }
  const methods = textsOf(behavior['AllowedMethods']);
  return {
    matches,
    originId: requiredText(behavior, 'TargetOriginId'),
    methods: new Set(methods.length > 0 ? methods : ['GET', 'HEAD']),
    compress: flagOf(behavior['Compress']) === true,
    cache: findCachePolicy(textOf(behavior['CachePolicyId'])),
    originRequest: findOriginRequestPolicy(textOf(behavior['OriginRequestPolicyId'])),
    responseHeaders: findResponseHeaders(textOf(behavior['ResponseHeadersPolicyId'])),
  };
}

function parseOrigin(origin: Properties): Origin {
  const id = requiredText(origin, 'Id');
  const vpc = recordOf(origin['VpcOriginConfig']);
  const vpcOriginId = textOf(vpc['VpcOriginId']);
  if (vpcOriginId === undefined) throw new Error(`Origin ${id} is not supported: it is no VPC origin`);
  const headers = recordsOf(origin['OriginCustomHeaders']).map((header) => [
    requiredText(header, 'HeaderName').toLowerCase(),
    textOf(header['HeaderValue']) ?? '',
  ]);
  return {
    id,
    domainName: requiredText(origin, 'DomainName'),
    vpcOriginId,
    readTimeoutMs: (numberOf(vpc['OriginReadTimeout']) ?? READ_TIMEOUT_SECONDS) * 1000,
    headers: Object.fromEntries(headers),
  };
}
