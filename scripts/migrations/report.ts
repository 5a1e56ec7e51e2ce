// What was found about migrations, as people read it: what, why, and what to do.
import type { MigrationFinding, MigrationRule } from './finding.ts';

const GUIDE = 'docs/changing-a-schema.md';

const ADVICE: Readonly<Record<MigrationRule, string>> = {
  removed: 'Bring the file back: schemas that have had it, and new ones, must come to the same.',
  edited: 'Bring back the text that was released (git checkout), and make the change by a new migration.',
  'release-lost': 'Bring back released.json as the main line has it; only npm run migrations:release writes it.',
  unreleased: 'Run npm run migrations:release, and commit released.json beside the migration.',
  'out-of-order': 'Give it the number after the last one.',
  'number-taken': 'Give one of them the number after the last one.',
  'expansion-unknown': 'Name the migration, without .ts, that came with what is used instead.',
  'expansion-not-released': 'Merge and release that one first; this one belongs to the release after it.',
  'contracts-nothing': 'Take the export away.',
  fails: 'Run npm start to see it fail where you work.',
  'not-repeatable': 'A task may be killed halfway and is started again: write IF NOT EXISTS and IF EXISTS.',
  'other-effect':
    'What it calls has changed (chassis/src/database/messaging-tables.ts?). Bring that back, and put the change into a new migration.',
  'breaks-old-version': 'Change it as the line says.',
  'needs-a-contraction':
    "Expand first: release a version that does not use it any more. Then contract, in a later release: export const contraction = { expandedIn: '<migration of that version>', because: '…' }.",
};

export function renderFindings(findings: readonly MigrationFinding[]): string {
  const groups = [...Map.groupBy(findings, ({ service, migration }) => `${service}/migrations/${migration}`)];
  return groups
    .map(([title, found]) =>
      [
        `✗ services/${title}`,
        ...found.map(({ text, rule }) => `  ${text} [${rule}]`),
        ...[...new Set(found.map(({ rule }) => rule))].map((rule) => `  Instead: ${ADVICE[rule]}`),
      ].join('\n'),
    )
    .concat(findings.length === 0 ? [] : [`How a schema is changed: ${GUIDE}`])
    .join('\n\n');
}
