// `npm run migrations:release`: from now on these migrations stay as they are. What the version that still runs cannot live with is not released.
import { checkMigrations } from './migrations/check-migrations.ts';
import { writeManifest } from './migrations/manifest.ts';
import { folderOf } from './migrations/migration-files.ts';
import { parseOptions } from './migrations/options.ts';
import { renderFindings } from './migrations/report.ts';
import { withServers } from './migrations/with-servers.ts';

const { services } = parseOptions(process.argv.slice(2));
const checked = await withServers(() => checkMigrations({ services, withDatabase: true }));
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
