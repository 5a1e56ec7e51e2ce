// What deleting the stacks of an environment would not delete, by their templates; and what would refuse to be deleted.
import { isBilled } from '../cost/charges/rules.ts';
import { listAt, listResources, textAt, valueAt, type AssemblyStack, type Place, type Resource } from '../assembly/template.ts';

export interface Leftover {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly why: string;
  /** It would go on costing. */
  readonly bills: boolean;
}

/** A log group that an AWS service makes by itself, in no stack: deleted by name when its stack is gone. */
export interface StrayLogGroup {
  readonly stack: string;
  /** Its name; `{X}` stands for the physical name of the resource X of that stack. */
  readonly name: string;
}

/** What CloudFormation keeps as a snapshot unless the template says something else. */
const SNAPSHOT_BY_DEFAULT = new Set(['AWS::RDS::DBCluster', 'AWS::RDS::DBInstance']);

export function listLeftovers(stacks: readonly AssemblyStack[]): readonly Leftover[] {
  return listResources(stacks).flatMap((place) => {
    const { type } = place.resource;
    return listReasons(place.resource).map(({ why, bills = isBilled(type) }) => ({
      stack: place.stack.name,
      logicalId: place.logicalId,
      type,
      why,
      bills,
    }));
  });
}

interface Reason {
  readonly why: string;
  readonly bills?: boolean;
}

function listReasons({ type, properties, deletionPolicy, updateReplacePolicy }: Resource): readonly Reason[] {
  const policy = deletionPolicy ?? (SNAPSHOT_BY_DEFAULT.has(type) && !isPartOfCluster(properties) ? 'Snapshot' : 'Delete');
  const reasons: readonly (Reason | undefined)[] = [
    policy.startsWith('Retain') ? { why: `kept, by DeletionPolicy ${policy}` } : undefined,
    policy === 'Snapshot' ? { why: 'leaves a snapshot, by DeletionPolicy Snapshot', bills: true } : undefined,
    policy === 'Delete' && updateReplacePolicy !== undefined && updateReplacePolicy !== 'Delete'
      ? { why: `one that a change replaced is kept, by UpdateReplacePolicy ${updateReplacePolicy}` }
      : undefined,
    textAt(properties, 'DeleteAutomatedBackups') === 'false' ? { why: 'its automated backups are kept', bills: true } : undefined,
  ];
  return reasons.filter((reason) => reason !== undefined);
}

/** Why CloudFormation would stop halfway, by what the template says. */
export function listRefusals(stacks: readonly AssemblyStack[]): readonly string[] {
  const protectedStacks = stacks.filter(({ isProtected }) => isProtected).map(({ name }) => `${name} has termination protection`);
  const resources = listResources(stacks).flatMap(({ stack, logicalId, resource }) => {
    const why = findRefusal(resource);
    return why === undefined ? [] : [`${logicalId} of ${stack.name} ${why}`];
  });
  return [...protectedStacks, ...resources];
}

function findRefusal({ type, properties }: Resource): string | undefined {
  const isLocked = ['true', 'ACTIVE'].includes(textAt(properties, 'DeletionProtection') ?? '');
  if (isLocked) return 'has deletion protection';
  const attributes = listAt(properties, 'LoadBalancerAttributes');
  if (attributes.some((attribute) => textAt(attribute, 'Key') === 'deletion_protection.enabled' && textAt(attribute, 'Value') === 'true'))
    return 'has deletion protection';
  if (type === 'AWS::Athena::WorkGroup' && textAt(properties, 'RecursiveDeleteOption') !== 'true')
    return 'is not deleted with its queries: RecursiveDeleteOption is missing';
  if (type === 'AWS::ECR::Repository' && textAt(properties, 'EmptyOnDelete') !== 'true')
    return 'is not deleted with its images: EmptyOnDelete is missing';
  return valueAt(properties, 'ObjectLockConfiguration') === undefined ? undefined : 'has locked files';
}

/** AWS writes into them unasked, and nobody else would ever delete them. */
export function listStrayLogGroups(stacks: readonly AssemblyStack[]): readonly StrayLogGroup[] {
  return listResources(stacks).flatMap((place) => namesOf(place).map((name) => ({ stack: place.stack.name, name })));
}

function namesOf({ logicalId, resource: { type, properties } }: Place): readonly string[] {
  switch (type) {
    case 'AWS::RDS::DBInstance':
      return listAt(properties, 'EnableCloudwatchLogsExports').map((log) => `/aws/rds/instance/{${logicalId}}/${textAt(log)}`);
    case 'AWS::ECS::Cluster': {
      const settings = listAt(properties, 'ClusterSettings');
      const hasInsights = settings.some(
        (setting) => textAt(setting, 'Name') === 'containerInsights' && textAt(setting, 'Value') !== 'disabled',
      );
      return hasInsights ? [`/aws/ecs/containerinsights/{${logicalId}}/performance`] : [];
    }
    case 'AWS::Lambda::Function':
      return valueAt(properties, 'LoggingConfig', 'LogGroup') === undefined ? [`/aws/lambda/{${logicalId}}`] : [];
    case 'AWS::ApiGateway::Stage': {
      const logs = listAt(properties, 'MethodSettings').some((setting) => (textAt(setting, 'LoggingLevel') ?? 'OFF') !== 'OFF');
      const api = textAt(properties, 'RestApiId', 'Ref');
      return logs && api !== undefined ? [`API-Gateway-Execution-Logs_{${api}}/{${logicalId}}`] : [];
    }
    default:
      return [];
  }
}

function isPartOfCluster(properties: Resource['properties']): boolean {
  return valueAt(properties, 'DBClusterIdentifier') !== undefined;
}
