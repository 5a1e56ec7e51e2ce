import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { cx_api } from 'aws-cdk-lib';
import { getEnvironment } from './environments.ts';
import { describeStacks } from './summary.ts';
import { synthesize } from './synthesize.ts';

/** Beside this package's sources, wherever the command was typed. `npm start` boots `assembly-dev` in it, and makes it again when it has to. */
const DEFAULT_OUTPUT = fileURLToPath(new URL('../cdk.out', import.meta.url));
const ORGANIZATION_OUTPUT = fileURLToPath(new URL('../organization/cdk.out', import.meta.url));

const startedAt = performance.now();
try {
  const { values } = parseArgs({
    options: { env: { type: 'string' }, stage: { type: 'string' }, output: { type: 'string' } },
  });
  const { env, stage, output = stage === undefined ? DEFAULT_OUTPUT : ORGANIZATION_OUTPUT } = values;
  const assembly = await synthesizeWhat(env, stage, output);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(
    `${describeStacks(assembly).join('\n')}\n  synthesized ${env ?? stage ?? 'everything'} into ${relative(process.cwd(), output)} in ${seconds} s\n`,
  );
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

/** One environment, one stage that is none, or everything. What `npm start` does not wait for is loaded when asked for. */
async function synthesizeWhat(env: string | undefined, stage: string | undefined, output: string): Promise<cx_api.CloudAssembly> {
  if (env !== undefined) return synthesize(getEnvironment(env), output);
  if (stage === undefined) return (await import('./synthesize-everything.ts')).synthesizeEverything(output);
  if (stage !== 'organization')
    throw new Error(`Stage '${stage}' cannot be synthesized: it is not organization; environments are named by --env.`);
  return (await import('./synthesize-organization.ts')).synthesizeOrganization(output);
}
