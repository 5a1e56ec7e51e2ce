// `npm run cost`: what a month of an environment costs, item by item, by its templates and the committed prices.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readAssembly } from '../assembly/read-assembly.ts';
import { synthesizeApart } from '../assembly/synthesize-apart.ts';
import { getEnvironment } from '../environments.ts';
import { estimate } from './estimate.ts';
import { readPrices } from './prices.ts';
import { formatEstimate } from './report.ts';
import { getUsage } from './usage.ts';

const USAGE = `npm run cost -- [--env dev] [--json] [--assembly <folder>]
  --env <name>         an environment of infra/src/environments.ts; dev
  --json               one JSON document on standard output
  --assembly <folder>  read what npm run synth wrote there, instead of synthesizing`;

try {
  const { values } = parseArgs({
    options: {
      env: { type: 'string', default: 'dev' },
      assembly: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  process.stdout.write(`${values.help ? USAGE : await describeCost(values)}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

interface Question {
  readonly env: string;
  readonly assembly?: string | undefined;
  readonly json: boolean;
}

async function describeCost({ env, assembly, json }: Question): Promise<string> {
  const { name } = getEnvironment(env);
  const usage = getUsage(name);
  const stacks = assembly === undefined ? await synthesizeApart(name) : readAssembly(join(assembly, `assembly-${name}`));
  const result = estimate({ stacks, usage, pricesOf: readPrices });
  if (!json) return formatEstimate(name, result, usage).join('\n');
  return JSON.stringify({ environment: name, currency: 'USD', totalUsd: result.totalUsd, usage, lines: result.lines }, null, 2);
}
