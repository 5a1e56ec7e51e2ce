import { Stack } from 'aws-cdk-lib';
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import { Construct } from 'constructs';
import { LOG_COLUMNS, LOG_TABLE, PARTITION_COLUMN } from '../../log-lake/columns.ts';
import { LAKE_FOLDERS, type LakeBucket } from './lake-bucket.ts';

export interface LogTableProps {
  /** Of Glue: lower case, no hyphens. */
  readonly databaseName: string;
  readonly bucket: LakeBucket;
  /** How far back there may be lines. */
  readonly retentionDays: number;
}

/**
 * What Athena knows of the files. Partitions are worked out from the clock and the folders' names: nobody registers any, and no crawler runs
 * (https://docs.aws.amazon.com/athena/latest/ug/partition-projection-kinesis-firehose-example.html).
 */
export class LogTable extends Construct {
  readonly databaseName: string;
  readonly table: CfnTable;

  constructor(scope: Construct, id: string, props: LogTableProps) {
    super(scope, id);
    const catalogId = Stack.of(this).account;
    // Named: queries have the name in them.
    const database = new CfnDatabase(this, 'Database', { catalogId, databaseInput: { name: props.databaseName } });
    this.databaseName = props.databaseName;
    const location = `s3://${props.bucket.bucketName}/${LAKE_FOLDERS.logs}`;
    this.table = new CfnTable(this, 'Table', {
      catalogId,
      databaseName: props.databaseName,
      tableInput: {
        name: LOG_TABLE,
        tableType: 'EXTERNAL_TABLE',
        partitionKeys: [{ name: PARTITION_COLUMN, type: 'string', comment: 'in which lines reached Firehose, such as 2026/11/22/14, UTC' }],
        parameters: { classification: 'json', ...projection(location, props.retentionDays) },
        storageDescriptor: {
          location,
          inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
          outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
          columns: LOG_COLUMNS.map(({ name, type, comment }) => ({ name, type, comment })),
          serdeInfo: { serializationLibrary: 'org.openx.data.jsonserde.JsonSerDe', parameters: serialization() },
        },
      },
    });
    this.table.addResourceDependency(database);
  }
}

function projection(location: string, retentionDays: number): Readonly<Record<string, string>> {
  const of = (setting: string): string => `projection.${PARTITION_COLUMN}.${setting}`;
  return {
    'projection.enabled': 'true',
    [of('type')]: 'date',
    [of('format')]: 'yyyy/MM/dd/HH',
    // Lifecycle rules run once a day.
    [of('range')]: `NOW-${retentionDays + 1}DAYS,NOW`,
    [of('interval')]: '1',
    [of('interval.unit')]: 'HOURS',
    'storage.location.template': `${location}\${${PARTITION_COLUMN}}/`,
  };
}

/** https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html */
function serialization(): Readonly<Record<string, string>> {
  const renamed = LOG_COLUMNS.filter(({ name, field }) => name !== field);
  return {
    'case.insensitive': 'FALSE',
    // Half a line is no reason to answer nothing.
    'ignore.malformed.json': 'TRUE',
    ...Object.fromEntries(renamed.map(({ name, field }) => [`mapping.${name}`, field])),
  };
}
