import { join } from 'node:path';
import { keepRunning, type LastingServer } from '../natives/lasting-server.ts';
import { startMariadb } from '../natives/mariadb.ts';
import type { LocalContext, Properties, Provider, Resource, ResourceState } from '../provider.ts';
import { requiredText, textMapOf, textOf } from '../read-value.ts';
import type { DatabaseAddress } from './secrets-manager/secrets-manager.ts';

/** What RDS for MariaDB has where a parameter group says nothing, and Debian's build has otherwise. */
const RDS_DEFAULTS = { character_set_server: 'latin1', collation_server: 'latin1_swedish_ci' };

export interface Rds extends Provider {
  findDatabase(instanceId: string): DatabaseAddress | undefined;
}

/** The one instance of a stage, and its replicas at the same address, are a private MariaDB. */
export function createRds(context: LocalContext): Rds {
  const parameterGroups = new Map<string, Readonly<Record<string, string>>>();
  const addresses = new Map<string, DatabaseAddress>();
  let server: LastingServer | undefined;

  const start = async (properties: Properties, instanceId: string): Promise<void> => {
    assertProvidable(properties, instanceId);
    if (server !== undefined) throw new Error(`${instanceId} cannot be started: a stage has one database server here, and it already runs`);
    const database = textOf(properties['DBName']);
    const options = {
      nativeFolder: context.nativeFolder,
      folder: join(context.stateFolder, 'mariadb'),
      port: context.ports.mariadb,
      tls: context.tls,
      parameters: { ...RDS_DEFAULTS, ...parameterGroups.get(textOf(properties['DBParameterGroupName']) ?? '') },
      master: { username: requiredText(properties, 'MasterUsername'), password: requiredText(properties, 'MasterUserPassword') },
      databases: database === undefined ? [] : [database],
    };
    server = await keepRunning('MariaDB', () => startMariadb(options), context.log);
  };

  return {
    types: {
      'AWS::RDS::DBParameterGroup': {
        apply: async ({ properties, generatedName }) => {
          const name = (textOf(properties['DBParameterGroupName']) ?? generatedName).toLowerCase();
          parameterGroups.set(name, readParameters(properties));
          return { physicalId: name, attributes: { DBParameterGroupName: name } };
        },
      },
      'AWS::RDS::DBSubnetGroup': {
        apply: async ({ properties, generatedName }) => ({
          physicalId: (textOf(properties['DBSubnetGroupName']) ?? generatedName).toLowerCase(),
          attributes: {},
        }),
      },
      'AWS::RDS::DBInstance': {
        replacedBy: ['DBInstanceIdentifier', 'Engine', 'MasterUsername'],
        apply: async (resource) => {
          const state = describe(resource, context);
          if (textOf(resource.properties['SourceDBInstanceIdentifier']) === undefined) await start(resource.properties, state.physicalId);
          addresses.set(state.physicalId, addressOf(resource.properties, state.physicalId, context));
          return state;
        },
      },
    },
    findDatabase: (instanceId) => addresses.get(instanceId),
    stop: async () => {
      await server?.stop();
      server = undefined;
    },
  };
}

function assertProvidable(properties: Properties, instanceId: string): void {
  const engine = textOf(properties['Engine']);
  if (engine !== 'mariadb') throw new Error(`${instanceId} cannot be started: its engine is ${engine}, and only mariadb runs here`);
}

/** Values like `{DBInstanceClassMemory/4}` are sized after a machine that this is not. */
function readParameters(properties: Properties): Readonly<Record<string, string>> {
  const parameters = Object.entries(textMapOf(properties['Parameters']));
  return Object.fromEntries(parameters.filter(([, value]) => !value.includes('{')));
}

function describe({ properties, generatedName }: Resource, context: LocalContext): ResourceState {
  const instanceId = (textOf(properties['DBInstanceIdentifier']) ?? generatedName).toLowerCase();
  return {
    physicalId: instanceId,
    attributes: {
      'Endpoint.Address': 'localhost',
      'Endpoint.Port': String(context.ports.mariadb),
      DBInstanceArn: `arn:aws:rds:${context.region}:${context.accountId}:db:${instanceId}`,
      DbiResourceId: `db-${instanceId.toUpperCase()}`,
    },
  };
}

function addressOf(properties: Properties, dbInstanceIdentifier: string, context: LocalContext): DatabaseAddress {
  const dbname = textOf(properties['DBName']);
  return {
    engine: 'mariadb',
    host: 'localhost',
    port: context.ports.mariadb,
    dbInstanceIdentifier,
    ...(dbname !== undefined && { dbname }),
  };
}
