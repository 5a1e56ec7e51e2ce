// `npm run bench [-- <name>…]`: exit code 0 also when a target was missed, as a busy machine misses some; 1 when a
// comparison could not be made.
import { parseCommand } from '../../scripts/parse-command.ts';

const { positionals } = parseCommand({
  name: 'npm run bench',
  usage: `[-- <name> …]

  <name>   a benchmark of bench/README.md, or events for relay, consumer and latency; without one: all`,
  options: {},
  takesNames: true,
});
const { runBenchmarks } = await import('./run-benchmarks.ts');

try {
  await runBenchmarks(positionals);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
// Pools of what failed half-way may still hold timers.
process.exit();
