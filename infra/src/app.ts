import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { getEnvironment } from './environments.ts';
import { describeStacks } from './summary.ts';
import { synthesize } from './synthesize.ts';

/** Beside this package's sources, wherever the command was typed. */
const DEFAULT_OUTPUT = fileURLToPath(new URL('../cdk.out', import.meta.url));

const startedAt = performance.now();
try {
  const { values } = parseArgs({
    options: { env: { type: 'string', default: 'dev' }, output: { type: 'string', default: DEFAULT_OUTPUT } },
  });
  const assembly = synthesize(getEnvironment(values.env), values.output);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(
    `${describeStacks(assembly).join('\n')}\n  synthesized ${values.env} into ${relative(process.cwd(), values.output)} in ${seconds} s\n`,
  );
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
