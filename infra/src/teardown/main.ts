// `npm run destroy`: deletes an environment, so that nothing of it costs anything any more.
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseCommand } from '../../../scripts/parse-command.ts';
import { readAssembly } from '../assembly/read-assembly.ts';
import { synthesizeApart } from '../assembly/synthesize-apart.ts';
import { getEnvironment } from '../environments.ts';
import type { EnvironmentSettings } from '../environment-settings.ts';
import { openCloud, type Cloud } from './cloud.ts';
import { destroy } from './destroy.ts';
import { describePlan, planTeardown } from './plan.ts';

const { values } = parseCommand({
  name: 'npm run destroy',
  usage: `-- --env <name> [--plan] [--confirm <name>] [--profile <name>] [--assembly <folder>]

  --env <name>         an environment of infra/src/environments.ts that protects no data
  --plan               shows what would be deleted and what would stay; asks AWS nothing
  --confirm <name>     the environment's name again: says yes where nobody can be asked
  --profile <name>     AWS profile; without it the SDK's own order
  --assembly <folder>  what was deployed, as npm run synth wrote it; without it, what the sources say now`,
  options: {
    env: { type: 'string' },
    plan: { type: 'boolean', default: false },
    confirm: { type: 'string' },
    profile: { type: 'string' },
    assembly: { type: 'string' },
  },
});

try {
  await run(values);
} catch (error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

interface Order {
  readonly env?: string | undefined;
  readonly plan: boolean;
  readonly confirm?: string | undefined;
  readonly profile?: string | undefined;
  readonly assembly?: string | undefined;
}

async function run({ env, plan: isPlanOnly, confirm, profile, assembly }: Order): Promise<void> {
  if (env === undefined) throw new Error(`Nothing can be destroyed: --env is missing. See npm run destroy -- --help`);
  const settings = getEnvironment(env);
  if (settings.protectData)
    throw new Error(
      `Environment '${env}' cannot be destroyed: it protects its data. Who means it sets protectData to false in infra/src/environments.ts, deploys, and comes back.`,
    );
  const stacks = assembly === undefined ? await synthesizeApart(env) : readAssembly(join(assembly, `assembly-${env}`));
  const plan = planTeardown(env, stacks);
  for (const line of describePlan(env, settings.account, plan)) say(line);
  if (isPlanOnly) return;
  const cloud = openCloud(settings.region, { profile });
  try {
    await assertAccount(cloud, settings);
    await assertMeant(env, confirm);
    const outcome = await destroy(cloud, plan, say);
    say(
      `\n${env} is gone. Deleted: stacks ${outcome.stacks}, objects ${outcome.objects}, log groups beside the stacks ${outcome.logGroups}.`,
    );
  } finally {
    cloud.close();
  }
}

/** The credentials must be those of the environment: the names of stacks alone would not stop anybody. */
async function assertAccount(cloud: Cloud, { name, account }: EnvironmentSettings): Promise<void> {
  const found = await cloud.findAccount();
  if (found !== account)
    throw new Error(
      `Environment '${name}' cannot be destroyed with these credentials: they are of account ${found}, and it is in ${account}.`,
    );
}

async function assertMeant(environment: string, confirmed: string | undefined): Promise<void> {
  const answer = confirmed ?? (await ask(environment));
  if (answer !== environment) throw new Error(`Nothing was destroyed: '${answer}' is not ${environment}.`);
}

async function ask(environment: string): Promise<string> {
  if (!process.stdin.isTTY)
    throw new Error(
      `Nothing was destroyed: nobody can be asked, because this is no terminal. Add --confirm ${environment}, or --plan to look only.`,
    );
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await prompt.question(`\nThis cannot be undone. Type ${environment}: `);
  } finally {
    prompt.close();
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
