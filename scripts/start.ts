// `npm start`: the whole platform from the synthesized `dev` stage, and a table of where to find it.
import { parseOptions } from './start/options.ts';

try {
  const options = parseOptions(process.argv.slice(2), process.env);
  const { runPlatform } = await import('./start/run-platform.ts');
  await runPlatform(options);
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
