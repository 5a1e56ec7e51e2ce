import { parseArguments, USAGE } from './arguments.ts';
import { listNames, runMatrix, type Tally } from './matrix.ts';
import { type Platform, startPlatform } from './platform/platform.ts';
import { print } from './report.ts';
import { runSoak } from './soak/run-soak.ts';

// `npm run test:faults`: the last line is `N passed, N failed`; exit code 1 when something failed; in CI, a row that was skipped has failed.

/** CI's machines can run every row: one that they skip is one that nobody runs. */
const inCi = ![undefined, '', 'false', '0'].includes(process.env['CI']);
const startedAtMs = performance.now();

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
process.exit();

async function main(): Promise<void> {
  const words = parseArguments(process.argv.slice(2), listNames());
  if (words.help) return print(USAGE);
  if (words.list) return print(listNames().join('\n'));
  const seed = words.seed ?? Math.floor(Math.random() * 2 ** 31);
  const starting = startPlatform();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      void starting.then((platform) => platform.stop()).finally(() => process.exit(130));
    });
  const platform = await starting;
  print(`Platform ready in ${seconds()}; seed ${seed}`);
  const tally = await withPlatform(platform, () =>
    words.minutes === undefined ? runMatrix(platform, words.only, seed) : runSoak(platform, { minutes: words.minutes, seed }),
  );
  const { passed, skipped } = tally;
  if (skipped > 0) print(`${skipped} skipped${inCi ? ', which CI does not accept' : ''}`);
  const failed = tally.failed + (inCi ? skipped : 0);
  print(`in ${seconds()}\n${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

async function withPlatform(platform: Platform, run: () => Promise<Tally>): Promise<Tally> {
  try {
    return await run();
  } finally {
    await platform.stop();
  }
}

function seconds(): string {
  return `${((performance.now() - startedAtMs) / 1000).toFixed(1)} s`;
}
