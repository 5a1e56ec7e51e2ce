// AWS::Glue: which tables there are, where their files lie and what is in them. Nothing else of Glue has a meaning on this machine.
import type { Properties, Provider } from '../provider.ts';
import { recordOf, recordsOf, requiredText, textMapOf, textOf } from '../read-value.ts';

export interface TableColumn {
  readonly name: string;
  /** Of Hive. */
  readonly type: string;
}

export interface Table {
  readonly database: string;
  readonly name: string;
  readonly location: string;
  readonly columns: readonly TableColumn[];
  readonly partitionKeys: readonly TableColumn[];
  /** Of the table, such as those of partition projection. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Of what reads its files, such as which field is which column. */
  readonly serialization: Readonly<Record<string, string>>;
}

export interface TableDirectory {
  listTables(database: string): readonly Table[];
}

export function createGlueProvider(): Provider & TableDirectory {
  const tables = new Map<string, Table>();
  return {
    types: {
      'AWS::Glue::Database': {
        apply: async ({ properties }) => ({ physicalId: requiredText(recordOf(properties['DatabaseInput']), 'Name'), attributes: {} }),
      },
      'AWS::Glue::Table': {
        apply: async ({ properties }) => {
          const table = parseTable(properties);
          tables.set(table.name, table);
          return { physicalId: table.name, attributes: {} };
        },
        remove: async ({ physicalId }) => void tables.delete(physicalId),
      },
    },
    listTables: (database) => [...tables.values()].filter((table) => table.database === database),
  };
}

function parseTable(properties: Properties): Table {
  const input = recordOf(properties['TableInput']);
  const storage = recordOf(input['StorageDescriptor']);
  return {
    database: requiredText(properties, 'DatabaseName'),
    name: requiredText(input, 'Name'),
    location: requiredText(storage, 'Location'),
    columns: recordsOf(storage['Columns']).map(parseColumn),
    partitionKeys: recordsOf(input['PartitionKeys']).map(parseColumn),
    parameters: textMapOf(input['Parameters']),
    serialization: textMapOf(recordOf(storage['SerdeInfo'])['Parameters']),
  };
}

function parseColumn(column: Properties): TableColumn {
  return { name: requiredText(column, 'Name'), type: textOf(column['Type']) ?? 'string' };
}
