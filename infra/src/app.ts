import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { cx_api } from 'aws-cdk-lib';
import { parseCommand } from '../../scripts/parse-command.ts';

/** Beside this package's sources, wherever the command was typed. `npm start` boots `assembly-dev` in it, and makes it again when it has to. */
const DEFAULT_OUTPUT = fileURLToPath(new URL('../cdk.out', import.meta.url));
/** Stages that are no environment. CDK takes seconds to load: nothing of it is before the words are understood, and what is not asked for never. */
const STAGES: Readonly<Record<string, (output: string) => Promise<cx_api.CloudAssembly>>> = {
  organization: async (output) => (await import('./synthesize-organization.ts')).synthesizeOrganization(output),
  tools: async (output) => (await import('./synthesize-tools.ts')).synthesizeTools(output),
};

const startedAt = performance.now();
const { values } = parseCommand({
  name: 'npm run synth',
  usage: `[-- [--env <name> | --stage <name>] [--output <folder>]]

  --env <name>       an environment of infra/src/environments.ts alone; without it: everything
  --stage <name>     what is above the environments: ${Object.keys(STAGES).join(', ')}
  --output <folder>  where to (default infra/cdk.out, for a stage infra/<stage>/cdk.out)`,
  options: { env: { type: 'string' }, stage: { type: 'string' }, output: { type: 'string' } },
});

try {
  const { env, stage, output = stage === undefined ? DEFAULT_OUTPUT : outputOf(stage) } = values;
  const assembly = await synthesizeWhat(env, stage, output);
  const { describeStacks } = await import('./summary.ts');
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(
    `${describeStacks(assembly).join('\n')}\n  synthesized ${env ?? stage ?? 'everything'} into ${relative(process.cwd(), output)} in ${seconds} s\n`,
  );
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

/** One environment, one stage that is none, or everything. */
async function synthesizeWhat(env: string | undefined, stage: string | undefined, output: string): Promise<cx_api.CloudAssembly> {
  if (env !== undefined) return synthesizeEnvironment(env, output);
  if (stage === undefined) return (await import('./synthesize-everything.ts')).synthesizeEverything(output);
  const synthesizeStage = STAGES[stage];
  if (synthesizeStage === undefined)
    throw new Error(
      `Stage '${stage}' cannot be synthesized: it is not one of ${Object.keys(STAGES).join(', ')}; environments are named by --env.`,
    );
  return synthesizeStage(output);
}

async function synthesizeEnvironment(env: string, output: string): Promise<cx_api.CloudAssembly> {
  const { getEnvironment } = await import('./environments.ts');
  const settings = getEnvironment(env);
  return (await import('./synthesize.ts')).synthesize(settings, output);
}

/** A folder of its own: what people have at hand of the environments stays. */
function outputOf(stage: string): string {
  return fileURLToPath(new URL(`../${stage}/cdk.out`, import.meta.url));
}
