// `npm run migrations:check`: may these migrations run beside the versions of the services that are deployed already?
// With --no-database, as `npm run check` has it, only the files are looked at; with --service, once for each, only these services.
import { parseCheckOptions } from './migrations/options.ts';
import { renderFindings } from './migrations/report.ts';

const options = parseCheckOptions();
// What talks to databases takes a second to load.
const { checkMigrations } = await import('./migrations/check-migrations.ts');
const { withServers } = await import('./migrations/with-servers.ts');
const check = (): ReturnType<typeof checkMigrations> => checkMigrations(options);
const checked = await (options.withDatabase ? withServers(check) : check());
const findings = checked.flatMap((service) => service.findings);
for (const note of new Set(checked.flatMap(({ notes }) => notes))) console.log(note);
if (findings.length > 0) {
  console.log(`\n${renderFindings(findings)}`);
  process.exitCode = 1;
}
const total = checked.reduce((sum, { count }) => sum + count, 0);
console.log(
  `\n${total} migrations of ${checked.map(({ service }) => service).join(', ')} ${options.withDatabase ? 'were run and compared' : 'were compared with their release, and not run'}: ${findings.length} findings.`,
);
