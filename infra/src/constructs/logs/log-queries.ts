import { Size } from 'aws-cdk-lib';
import { CfnNamedQuery, CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { readLogQueries } from '../../log-lake/read-queries.ts';
import { LAKE_FOLDERS, type LakeBucket } from './lake-bucket.ts';
import type { LogTable } from './log-table.ts';

export interface LogQueriesProps {
  /** Of the workgroup; operators' tools find the queries by it. */
  readonly name: string;
  readonly bucket: LakeBucket;
  /** Of the bucket. */
  readonly encryptionKey: IKey;
  readonly table: LogTable;
}

/** Packed logs of two weeks of production, and five cents: nobody reads more by mistake. */
const MOST_SCANNED = Size.gibibytes(10);

/** Who asks the lake asks here: the workgroup decides how much may be read and where answers are kept, whatever a client says. */
export class LogQueries extends Construct {
  readonly workGroup: CfnWorkGroup;

  constructor(scope: Construct, id: string, props: LogQueriesProps) {
    super(scope, id);
    this.workGroup = new CfnWorkGroup(this, 'WorkGroup', {
      name: props.name,
      description: 'Questions to the log lake',
      // What it would keep is who has asked what.
      recursiveDeleteOption: true,
      workGroupConfiguration: {
        enforceWorkGroupConfiguration: true,
        bytesScannedCutoffPerQuery: MOST_SCANNED.toBytes(),
        publishCloudWatchMetricsEnabled: true,
        engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
        resultConfiguration: {
          outputLocation: `s3://${props.bucket.bucketName}/${LAKE_FOLDERS.results}`,
          encryptionConfiguration: { encryptionOption: 'SSE_KMS', kmsKey: props.encryptionKey.keyArn },
        },
      },
    });
    for (const { name, description, sql } of readLogQueries()) {
      const query = new CfnNamedQuery(this, name, {
        name,
        description,
        database: props.table.databaseName,
        workGroup: props.name,
        queryString: sql,
      });
      query.addResourceDependency(this.workGroup);
      query.addResourceDependency(props.table.table);
    }
  }
}
