// The last word on expand and contract, for each environment: what a migration takes away may be used by the version that runs there.
import { askGit } from '../contracts/git.ts';
import { DeliveryError } from '../deliver/delivery-error.ts';
import { ROOT } from '../steps.ts';
import type { MigrationFile } from './migration-files.ts';

/**
 * Lets a contraction run only where the version that runs has its expansion.
 * @param runningRevision the commit whose tasks have the traffic; undefined when there is none yet, and nobody to disturb
 * @throws DeliveryError that names the migrations
 */
export function assertExpanded(
  service: string,
  migrations: readonly Pick<MigrationFile, 'name' | 'contraction'>[],
  runningRevision: string | undefined,
  root = ROOT,
): void {
  const contracting = migrations.filter(({ contraction }) => contraction !== undefined);
  if (contracting.length === 0 || runningRevision === undefined) return;
  const running = listMigrationsOf(service, runningRevision, root);
  const tooEarly = contracting.filter(({ name, contraction }) => !running.has(name) && !running.has(contraction?.expandedIn ?? ''));
  if (tooEarly.length === 0) return;
  throw new DeliveryError(
    [
      `${service} cannot be released: ${runningRevision}, which runs, still uses what would be taken away.`,
      ...tooEarly.map(({ name, contraction }) => `  ${name} may run once a version with ${contraction?.expandedIn} has been released here`),
      'Release the commit of that migration first, then this one (docs/changing-a-schema.md).',
    ].join('\n'),
  );
}

function listMigrationsOf(service: string, revision: string, root: string): ReadonlySet<string> {
  const folder = `services/${service}/migrations/`;
  const answer = askGit(root, ['ls-tree', '--name-only', revision, '--', folder]);
  if ('refusal' in answer)
    throw new DeliveryError(
      `${service} cannot be released: it has migrations that contract, and what ${revision}, which runs, was made of cannot be read: ${answer.refusal}. The pipeline's source must be a full clone.`,
    );
  return new Set(answer.output.map((path) => path.slice(folder.length).replace(/\.ts$/, '')));
}
