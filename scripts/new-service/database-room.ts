import { PUBLISHERS } from '@torii/contracts';
import { countAccepted, countWanted } from '../../infra/src/database-connections.ts';
import type { EnvironmentSettings } from '../../infra/src/environment-settings.ts';

/**
 * Templates are refused for a database that takes fewer connections than all backends may open. Known before anything is written.
 * @throws Error that names the environments with no room for one more
 */
export function assertRoom(environments: readonly EnvironmentSettings[], backends: number = PUBLISHERS.length + 1): void {
  const full = environments.flatMap((settings) => {
    const wanted = countWanted(settings, backends);
    const { instanceType, readReplica } = settings.database;
    const classes = [instanceType, ...(readReplica === undefined ? [] : [readReplica.instanceType])];
    return classes
      .filter((name) => countAccepted(name) < wanted)
      .map((name) => `${settings.name} would have up to ${wanted} connections, and its ${name} takes ${countAccepted(name)}`);
  });
  if (full.length === 0) return;
  throw new Error(
    `The service cannot be made: the database has no room for the connections of ${backends} backends. ${full.join('; ')}. Choose a larger ` +
      'database.instanceType, fewer service.maxTasks or a smaller service.databasePoolSize in infra/src/environments.ts. Nothing was written.',
  );
}
