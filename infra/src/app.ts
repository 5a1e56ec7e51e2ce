import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { cx_api } from 'aws-cdk-lib';
import { getEnvironment } from './environments.ts';
import { describeStacks } from './summary.ts';
import { synthesize } from './synthesize.ts';

/** Beside this package's sources, wherever the command was typed. What is there is what `npm start` boots: another stage goes elsewhere. */
const DEFAULT_OUTPUT = fileURLToPath(new URL('../cdk.out', import.meta.url));
const ORGANIZATION_OUTPUT = fileURLToPath(new URL('../organization/cdk.out', import.meta.url));

const startedAt = performance.now();
try {
  const { values } = parseArgs({
    options: { env: { type: 'string', default: 'dev' }, stage: { type: 'string' }, output: { type: 'string' } },
  });
  const { env, stage = env } = values;
  const output = values.output ?? (values.stage === undefined ? DEFAULT_OUTPUT : ORGANIZATION_OUTPUT);
  const assembly = values.stage === undefined ? synthesize(getEnvironment(env), output) : await synthesizeStage(stage, output);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(
    `${describeStacks(assembly).join('\n')}\n  synthesized ${stage} into ${relative(process.cwd(), output)} in ${seconds} s\n`,
  );
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

/** Stages that are no environment. Loaded when asked for: `npm start` waits for an environment's templates only. */
async function synthesizeStage(name: string, output: string): Promise<cx_api.CloudAssembly> {
  if (name !== 'organization')
    throw new Error(`Stage '${name}' cannot be synthesized: it is not organization; environments are named by --env.`);
  const { synthesizeOrganization } = await import('./synthesize-organization.ts');
  return synthesizeOrganization(output);
}
