// AWS::Athena: the named queries and the tables, for tools that run them. Queries themselves are not run by the platform: DuckDB in
// `npm run logs` does that, over the local bucket, so that nothing of it is loaded until somebody asks.
import { AwsError, type JsonOperation, type Provider } from '../provider.ts';
import { requiredText, textOf } from '../read-value.ts';
import type { Table, TableColumn, TableDirectory } from './glue.ts';

export interface AthenaProvider extends Provider {
  /** JSON calls of the prefix `AmazonAthena`. */
  readonly operations: Readonly<Record<string, JsonOperation>>;
}

interface NamedQuery {
  readonly NamedQueryId: string;
  readonly Name: string;
  readonly Description: string;
  readonly Database: string;
  readonly QueryString: string;
  readonly WorkGroup: string;
}

/** The one that exists without being made. */
const DEFAULT_WORK_GROUP = 'primary';

export function createAthenaProvider(tables: TableDirectory): AthenaProvider {
  const workGroups = new Set([DEFAULT_WORK_GROUP]);
  const queries = new Map<string, NamedQuery>();
  return {
    types: {
      'AWS::Athena::WorkGroup': {
        replacedBy: ['Name'],
        apply: async ({ properties }) => {
          const name = requiredText(properties, 'Name');
          workGroups.add(name);
          return { physicalId: name, attributes: {} };
        },
        remove: async ({ physicalId }) => void workGroups.delete(physicalId),
      },
      'AWS::Athena::NamedQuery': {
        apply: async ({ properties, generatedName }) => {
          queries.set(generatedName, {
            NamedQueryId: generatedName,
            Name: textOf(properties['Name']) ?? generatedName,
            Description: textOf(properties['Description']) ?? '',
            Database: requiredText(properties, 'Database'),
            QueryString: requiredText(properties, 'QueryString'),
            WorkGroup: textOf(properties['WorkGroup']) ?? DEFAULT_WORK_GROUP,
          });
          return { physicalId: generatedName, attributes: { NamedQueryId: generatedName } };
        },
        remove: async ({ physicalId }) => void queries.delete(physicalId),
      },
    },
    operations: {
      ListNamedQueries: async ({ WorkGroup: name = DEFAULT_WORK_GROUP }) => {
        if (!workGroups.has(String(name))) throw new AwsError('InvalidRequestException', `WorkGroup ${String(name)} is not found.`);
        return {
          NamedQueryIds: [...queries.values()].filter(({ WorkGroup }) => WorkGroup === name).map(({ NamedQueryId }) => NamedQueryId),
        };
      },
      BatchGetNamedQuery: async ({ NamedQueryIds: ids }) => ({
        NamedQueries: (Array.isArray(ids) ? ids : []).flatMap((id) => queries.get(String(id)) ?? []),
      }),
      ListTableMetadata: async ({ DatabaseName: database }) => ({
        TableMetadataList: tables.listTables(String(database)).map(describeTable),
      }),
    },
  };
}

/** As Athena flattens it (https://docs.aws.amazon.com/athena/latest/APIReference/API_TableMetadata.html). */
function describeTable({ name, columns, partitionKeys, location, parameters, serialization }: Table): Readonly<Record<string, unknown>> {
  const flattened = Object.entries(serialization).map(([key, value]) => [`serde.param.${key}`, value]);
  return {
    Name: name,
    TableType: 'EXTERNAL_TABLE',
    Columns: columns.map(describeColumn),
    PartitionKeys: partitionKeys.map(describeColumn),
    Parameters: { location, ...parameters, ...Object.fromEntries(flattened) },
  };
}

function describeColumn({ name, type }: TableColumn): Readonly<Record<string, string>> {
  return { Name: name, Type: type };
}
