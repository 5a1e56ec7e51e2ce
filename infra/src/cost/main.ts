// `npm run cost`: what a month of an environment costs, item by item, by its templates and the committed prices.
import { join } from 'node:path';
import { parseCommand } from '../../../scripts/parse-command.ts';
import { readAssembly } from '../assembly/read-assembly.ts';
import { synthesizeApart } from '../assembly/synthesize-apart.ts';
import { getEnvironment } from '../environments.ts';
import { estimate } from './estimate.ts';
import { readPrices } from './prices.ts';
import { formatEstimate } from './report.ts';
import { getUsage } from './usage.ts';

const { values } = parseCommand({
  name: 'npm run cost',
  usage: `[-- [--env <name> | --stage tools] [--json] [--assembly <folder>]]

  --env <name>         an environment of infra/src/environments.ts (default dev)
  --stage tools        the tools account, with its pipelines
  --json               one JSON document on standard output
  --assembly <folder>  reads what npm run synth wrote there, instead of synthesizing`,
  options: {
    env: { type: 'string', default: 'dev' },
    stage: { type: 'string' },
    assembly: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

try {
  process.stdout.write(`${await describeCost(values)}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

interface Question {
  readonly env: string;
  readonly stage?: string | undefined;
  readonly assembly?: string | undefined;
  readonly json: boolean;
}

async function describeCost({ env, stage, assembly, json }: Question): Promise<string> {
  const name = stage ?? getEnvironment(env).name;
  const usage = getUsage(name);
  const option = stage === undefined ? '--env' : '--stage';
  const stacks = assembly === undefined ? await synthesizeApart(name, option) : readAssembly(join(assembly, `assembly-${name}`));
  const result = estimate({ stacks, usage, pricesOf: readPrices });
  if (!json) return formatEstimate(name, result, usage).join('\n');
  return JSON.stringify({ environment: name, currency: 'USD', totalUsd: result.totalUsd, usage, lines: result.lines }, null, 2);
}
