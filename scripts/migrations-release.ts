// `npm run migrations:release`: from now on these migrations stay as they are. What the version that still runs cannot live with is not released.
import { writeManifest } from './migrations/manifest.ts';
import { folderOf } from './migrations/migration-files.ts';
import { parseReleaseOptions } from './migrations/options.ts';
import { renderFindings } from './migrations/report.ts';

const options = parseReleaseOptions();
// What talks to databases takes a second to load.
const { checkMigrations } = await import('./migrations/check-migrations.ts');
const { withServers } = await import('./migrations/with-servers.ts');
const checked = await withServers(() => checkMigrations(options));
const findings = checked.flatMap((service) => service.findings);
const faults = findings.filter(({ rule }) => rule !== 'unreleased');
if (faults.length > 0) {
  console.log(`${renderFindings(faults)}\n\nNothing was released.`);
  process.exitCode = 1;
} else {
  for (const { service, release } of checked) writeManifest(folderOf(service), release);
  const added = findings.map(({ service, migration }) => `  ${service}: ${migration}`);
  console.log(added.length === 0 ? 'Everything was released already.' : ['Released. Commit released.json beside:', ...added].join('\n'));
}
