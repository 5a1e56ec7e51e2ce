import { listResources, type AssemblyStack } from '../assembly/template.ts';
import { listLeftovers, listRefusals, listStrayLogGroups, type Leftover, type StrayLogGroup } from './leftovers.ts';

export interface PlannedStack {
  readonly name: string;
  readonly region: string;
  /** Logical ids of the buckets that have to be empty before. */
  readonly buckets: readonly string[];
  /** Of its resources; the names are known when the stack still is. */
  readonly logGroups: readonly StrayLogGroup[];
  readonly resources: number;
}

export interface TeardownPlan {
  /** In the order in which they are deleted: each before those it depends on. */
  readonly stacks: readonly PlannedStack[];
  readonly leftovers: readonly Leftover[];
}

/**
 * @param stacks sorted by dependency
 * @throws Error with everything that would refuse to be deleted
 */
export function planTeardown(environment: string, stacks: readonly AssemblyStack[]): TeardownPlan {
  const refusals = listRefusals(stacks);
  if (refusals.length > 0) throw new Error(`Environment '${environment}' cannot be destroyed: ${refusals.join('; ')}.`);
  const logGroups = listStrayLogGroups(stacks);
  return {
    stacks: stacks.toReversed().map((stack) => ({
      name: stack.name,
      region: stack.region,
      buckets: listResources([stack]).flatMap(({ logicalId, resource }) => (resource.type === 'AWS::S3::Bucket' ? [logicalId] : [])),
      logGroups: logGroups.filter((group) => group.stack === stack.name),
      resources: stack.resources.size,
    })),
    leftovers: listLeftovers(stacks),
  };
}

/** The plan for a person who has to say yes to it. */
export function describePlan(environment: string, account: string, { stacks, leftovers }: TeardownPlan): readonly string[] {
  const buckets = stacks.reduce((sum, stack) => sum + stack.buckets.length, 0);
  const width = Math.max(...stacks.map(({ name }) => name.length));
  return [
    `Destroying ${environment}, account ${account}: ${stacks.length} stacks, one after the other, with everybody's data in them.`,
    '',
    ...stacks.map(({ name, region, resources, buckets: own }, index) => {
      const emptied = own.length === 0 ? '' : `, after emptying ${own.join(', ')}`;
      return `  ${String(index + 1).padStart(2)}. ${name.padEnd(width)}  ${region.padEnd(10)} resources: ${String(resources).padStart(3)}${emptied}`;
    }),
    '',
    `${buckets} buckets are emptied, all versions of all files. Then the log groups are deleted that AWS made beside the stacks.`,
    'Keys and secrets are only marked: AWS deletes them after 7 to 30 days, and until then they cost nothing and can be brought back.',
    ...describeLeftovers(leftovers),
  ];
}

function describeLeftovers(leftovers: readonly Leftover[]): readonly string[] {
  if (leftovers.length === 0) return ['Nothing else stays.'];
  return [
    'These stay:',
    ...leftovers.map(
      ({ stack, logicalId, type, why, bills }) =>
        `  ${stack} ${logicalId} (${type}): ${why}; it ${bills ? 'GOES ON COSTING' : 'costs nothing'}`,
    ),
  ];
}
