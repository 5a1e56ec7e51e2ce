// Prepares a release of one service into one environment: its schema is migrated, and CodeDeploy gets what it needs to switch over.
import { getEnvironment } from '../../infra/src/environments.ts';
import { assertExpanded } from '../migrations/assert-expanded.ts';
import { listMigratingServices, readContractions } from '../migrations/migration-files.ts';
import { type DeliveredImage, readImage, writeArtifact } from './artifacts.ts';
import { DeliveryError } from './delivery-error.ts';
import { openRegistry, parseRepository } from './registry.ts';
import { openReleaseAccount } from './release-account.ts';
import { readReleaseParameters } from './release-parameters.ts';
import { renderAppSpec } from './render-appspec.ts';
import { renderTaskDefinition } from './render-task-definition.ts';
import { runMigration } from './run-migration.ts';
import type { ReleaseSettings } from './settings.ts';

/** ECS takes no more as the starter of a task. */
const SESSION_NAME_LENGTH = 36;

export async function deliverRelease(settings: ReleaseSettings, env: NodeJS.ProcessEnv): Promise<void> {
  const { service, environment, revision, roleArn } = settings;
  const release = readImage(env, { service, revision });
  await assertTagged(release, settings);
  const contractions = await readContractions(service);
  const { region, service: shape } = getEnvironment(environment);
  const account = await openReleaseAccount({
    region,
    roleArn,
    sessionName: `deliver-${service}-${revision}`.slice(0, SESSION_NAME_LENGTH),
  });
  try {
    const target = { service, environment, migrates: listMigratingServices().includes(service) };
    const { taskDefinitionArn, smokeTest, migration } = await readReleaseParameters(target, (names) => account.readParameters(names));
    const described = await account.describeTaskDefinition(taskDefinitionArn);
    // Before the schema is touched: what cannot be rendered cannot be released.
    const taskDefinition = renderTaskDefinition(described, release);
    if (migration !== undefined) {
      assertExpanded(service, contractions, migration.releasedRevision);
      await runMigration(account, {
        described: await account.describeTaskDefinition(migration.taskDefinitionArn),
        release,
        runTask: migration.runTask,
        timeoutSeconds: settings.migrationTimeoutSeconds,
        pollSeconds: settings.pollSeconds,
      });
    }
    writeArtifact('taskdef.json', JSON.stringify(taskDefinition, null, 2));
    writeArtifact('appspec.yaml', renderAppSpec({ capacityProvider: shape.capacityProvider, smokeTest }));
    console.log(`${service} of ${revision} is ready for ${environment}: taskdef.json, appspec.yaml.`);
  } finally {
    account.close();
  }
}

/**
 * Whoever builds can write what is handed on, at any time until it is read; a tag of the registry cannot be moved.
 * @throws DeliveryError when the image that was handed on is not the one that the registry has of the commit
 */
async function assertTagged({ imageUri }: DeliveredImage, { repositoryUri, revision }: ReleaseSettings): Promise<void> {
  const registry = openRegistry(parseRepository(repositoryUri));
  try {
    const digest = await registry.findDigest(revision);
    if (imageUri === `${repositoryUri}@${digest}`) return;
    throw new DeliveryError(
      `${imageUri} cannot be released: the image of ${revision} is ${digest === undefined ? 'not in the registry' : `${repositoryUri}@${digest}`}. Somebody has changed what the step image handed on, or the registry: start the pipeline again, and find out who.`,
    );
  } finally {
    registry.close();
  }
}
