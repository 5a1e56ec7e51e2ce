import { parseArguments, type Values } from './arguments.ts';
import { listNames, runMatrix, type Tally } from './matrix.ts';
import { makeRunFolder } from './platform/run-folder.ts';
import { type Platform, startPlatform } from './platform/platform.ts';
import { print } from './report.ts';
import { runSoak } from './soak/run-soak.ts';

/** CI's machines can run every row: one that they skip is one that nobody runs. */
const inCi = ![undefined, '', 'false', '0'].includes(process.env['CI']);
const startedAtMs = performance.now();

/** The matrix, or a soak. Prints what came of it and sets the exit code. */
export async function runFaults(values: Values): Promise<void> {
  const words = parseArguments(values, listNames());
  if (words.list) return print(listNames().join('\n'));
  const seed = words.seed ?? Math.floor(Math.random() * 2 ** 31);
  const { minutes } = words;
  const tally = await withPlatforms(minutes === undefined ? Math.min(words.lanes, words.only.length || words.lanes) : 1, (platforms) => {
    print(`${platforms.length === 1 ? 'Platform' : `${platforms.length} platforms`} ready in ${seconds()}; seed ${seed}`);
    const [first] = platforms;
    return minutes === undefined || first === undefined ? runMatrix(platforms, words.only, seed) : runSoak(first, { minutes, seed });
  });
  const { passed, skipped } = tally;
  if (skipped > 0) print(`${skipped} skipped${inCi ? ', which CI does not accept' : ''}`);
  const failed = tally.failed + (inCi ? skipped : 0);
  print(`in ${seconds()}\n${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

/** Starts them side by side, and stops whatever has been started, however it ends. */
async function withPlatforms(count: number, run: (platforms: readonly Platform[]) => Promise<Tally>): Promise<Tally> {
  const folder = await makeRunFolder();
  const starting = Promise.allSettled(Array.from({ length: count }, (_none, lane) => startPlatform(folder.path, lane + 1)));
  const stop = async (): Promise<void> => {
    const started = (await starting).flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    await Promise.all(started.map((platform) => platform.stop()));
    await folder.remove();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop().finally(() => process.exit(130)));
  try {
    const results = await starting;
    const failed = results.find((each) => each.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return await run(results.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : [])));
  } finally {
    await stop();
  }
}

function seconds(): string {
  return `${((performance.now() - startedAtMs) / 1000).toFixed(1)} s`;
}
