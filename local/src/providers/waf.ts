import { createHash } from 'node:crypto';
import type { LocalContext, Properties, Provider, Resource, ResourceHandler } from '../provider.ts';
import { recordOf, recordsOf, textOf } from '../read-value.ts';

/**
 * Web ACLs exist here by name and ARN, so that distributions and stages can refer to them. Their rules are not enforced, and the log says
 * which: managed rule groups are AWS's secret, and a limit by address means nothing where every client has the address of this machine.
 */
export function createWafProvider(context: Pick<LocalContext, 'accountId' | 'region' | 'log'>): Provider {
  return { types: { 'AWS::WAFv2::WebACL': webAclHandler(context), 'AWS::WAFv2::WebACLAssociation': associationHandler } };
}

function webAclHandler(context: Pick<LocalContext, 'accountId' | 'region' | 'log'>): ResourceHandler {
  return {
    replacedBy: ['Name', 'Scope'],
    async apply(resource) {
      const { properties } = resource;
      const name = textOf(properties['Name']) ?? resource.generatedName;
      const scope = textOf(properties['Scope']) ?? 'REGIONAL';
      const id = uuidOf(resource);
      const place = scope === 'CLOUDFRONT' ? { region: 'us-east-1', path: 'global' } : { region: context.region, path: 'regional' };
      const arn = `arn:aws:wafv2:${place.region}:${context.accountId}:${place.path}/webacl/${name}/${id}`;
      const rules = recordsOf(properties['Rules']).map(describeRule);
      context.log('debug', `Firewall ${name}: its rules hold in AWS only`, { rules });
      return {
        physicalId: `${name}|${id}|${scope}`,
        attributes: { Arn: arn, Id: id, Capacity: 0, LabelNamespace: `awswaf:${context.accountId}:webacl:${name}:` },
      };
    },
  };
}

const associationHandler: ResourceHandler = {
  replacedBy: ['ResourceArn', 'WebACLArn'],
  apply: async ({ properties }) => ({
    physicalId: `${textOf(properties['WebACLArn']) ?? ''}|${textOf(properties['ResourceArn']) ?? ''}`,
    attributes: {},
  }),
};

function describeRule(rule: Properties): string {
  const [kind = 'rule'] = Object.keys(recordOf(rule['Statement']));
  return `${textOf(rule['Name']) ?? 'unnamed'} (${kind.replace(/Statement$/, '')})`;
}

function uuidOf({ stack, logicalId }: Resource): string {
  const hex = createHash('sha256').update(`${stack}/${logicalId}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
