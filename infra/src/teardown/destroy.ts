import { StackStaysError, type Cloud } from './cloud.ts';
import type { PlannedStack, TeardownPlan } from './plan.ts';

/** Logs that AWS delivers late fill a bucket that was empty a moment ago. */
const ATTEMPTS = 3;

export interface Outcome {
  readonly stacks: number;
  readonly objects: number;
  readonly logGroups: number;
}

/**
 * Deletes what the plan says, in its order. Can be run again after it failed: what is gone is skipped.
 * @throws StackStaysError when a stack can't be deleted; those after it are untouched
 */
export async function destroy(cloud: Cloud, plan: TeardownPlan, say: (line: string) => void): Promise<Outcome> {
  const outcome = { stacks: 0, objects: 0, logGroups: 0 };
  const strays: { readonly name: string; readonly region: string }[] = [];
  for (const [index, stack] of plan.stacks.entries()) {
    const place = `${String(index + 1).padStart(2)}/${plan.stacks.length} ${stack.name}`;
    const resources = await cloud.findResources(stack);
    if (!resources) {
      say(`${place}: is not there`);
      continue;
    }
    strays.push(...nameLogGroups(stack, resources));
    say(`${place}: deleting, resources: ${stack.resources}`);
    outcome.objects += await deleteWithBuckets(cloud, stack, resources, say);
    outcome.stacks += 1;
  }
  // Last: what still ran until now wrote into them.
  for (const { name, region } of strays) if (await cloud.deleteLogGroup(name, region)) outcome.logGroups += 1;
  return outcome;
}

async function deleteWithBuckets(
  cloud: Cloud,
  stack: PlannedStack,
  resources: ReadonlyMap<string, string>,
  say: (line: string) => void,
): Promise<number> {
  let objects = 0;
  for (let attempt = 1; ; attempt += 1) {
    for (const logicalId of stack.buckets) {
      const bucket = resources.get(logicalId);
      if (bucket !== undefined) objects += await cloud.emptyBucket(bucket, stack.region);
    }
    try {
      await cloud.deleteStack(stack);
      return objects;
    } catch (error) {
      if (!(error instanceof StackStaysError) || attempt === ATTEMPTS) throw error;
      say(`   ${error.message} Trying again.`);
    }
  }
}

function nameLogGroups({ logGroups, region }: PlannedStack, resources: ReadonlyMap<string, string>) {
  return logGroups.flatMap(({ name }) => {
    const named = name.replaceAll(/\{(\w+)\}/g, (placeholder, logicalId: string) => resources.get(logicalId) ?? placeholder);
    // A resource that is gone has taken its name along.
    return named.includes('{') ? [] : [{ name: named, region }];
  });
}
