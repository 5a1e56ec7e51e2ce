import { Stack, Validations } from 'aws-cdk-lib';
import { Grant, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnDashboard, CfnDataSet, CfnDataSource } from 'aws-cdk-lib/aws-quicksight';
import { Construct } from 'constructs';
import { LOG_TABLE } from '../../log-lake/columns.ts';
import { DATA_SET, DRAWN_COLUMNS, drawnLines, SHEETS } from '../../log-lake/drawings.ts';
import { LAKE_FOLDERS, type LakeBucket } from './lake-bucket.ts';
import type { LogQueries } from './log-queries.ts';
import type { LogTable } from './log-table.ts';

export interface LogDashboardProps {
  /** Of what QuickSight shows; letters, digits and hyphens. */
  readonly name: string;
  /** The QuickSight user or group that may look. */
  readonly principalArn: string;
  readonly bucket: LakeBucket;
  /** Of the bucket. */
  readonly encryptionKey: IKey;
  readonly table: LogTable;
  readonly queries: LogQueries;
}

// The sets that QuickSight's console gives to viewers; it refuses others.
const VIEW_SOURCE = ['quicksight:DescribeDataSource', 'quicksight:DescribeDataSourcePermissions', 'quicksight:PassDataSource'];
const VIEW_SET = [
  'quicksight:DescribeDataSet',
  'quicksight:DescribeDataSetPermissions',
  'quicksight:PassDataSet',
  'quicksight:DescribeIngestion',
  'quicksight:ListIngestions',
];
const VIEW_DASHBOARD = ['quicksight:DescribeDashboard', 'quicksight:ListDashboardVersions', 'quicksight:QueryDashboard'];

/** The last seven days of the lake, drawn: traffic, errors, slow routes. It asks Athena when somebody looks, in the workgroup, within its limit. */
export class LogDashboard extends Construct {
  constructor(scope: Construct, id: string, props: LogDashboardProps) {
    super(scope, id);
    const { name, principalArn, table } = props;
    const awsAccountId = Stack.of(this).account;
    const role = this.#createRole(props);
    const permitted = (actions: readonly string[]) => [{ principal: principalArn, actions: [...actions] }];
    const source = new CfnDataSource(this, 'Source', {
      awsAccountId,
      dataSourceId: name,
      name,
      type: 'ATHENA',
      // A role of its own, so that QuickSight's account-wide one needs no access to the lake.
      dataSourceParameters: { athenaParameters: { workGroup: props.queries.workGroup.ref, roleArn: role.roleArn } },
      sslProperties: { disableSsl: false },
      permissions: permitted(VIEW_SOURCE),
    });
    // QuickSight tries the source when it is made.
    source.node.addDependency(role, table.table, props.queries.workGroup);
    const set = new CfnDataSet(this, 'Set', {
      awsAccountId,
      dataSetId: `${name}-${DATA_SET}`,
      name: DATA_SET,
      importMode: 'DIRECT_QUERY',
      permissions: permitted(VIEW_SET),
      physicalTableMap: {
        [DATA_SET]: {
          customSql: {
            dataSourceArn: source.attrArn,
            name: DATA_SET,
            sqlQuery: drawnLines(`${table.databaseName}.${LOG_TABLE}`),
            columns: DRAWN_COLUMNS.map((column) => ({ ...column })),
          },
        },
      },
    });
    new CfnDashboard(this, 'Dashboard', {
      awsAccountId,
      dashboardId: name,
      name,
      permissions: permitted(VIEW_DASHBOARD),
      definition: { dataSetIdentifierDeclarations: [{ identifier: DATA_SET, dataSetArn: set.attrArn }], sheets: SHEETS },
    });
  }

  /** What Athena does on behalf of whoever looks. */
  #createRole({ bucket, encryptionKey, table, queries }: LogDashboardProps): Role {
    const stack = Stack.of(this);
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('quicksight.amazonaws.com') });
    const grant = (actions: readonly string[], resourceArns: readonly string[]): void =>
      void Grant.addToPrincipal({ grantee: role, actions: [...actions], resourceArns: [...resourceArns] });
    const glue = (resource: string): string => stack.formatArn({ service: 'glue', resource });
    const workGroupArn = stack.formatArn({ service: 'athena', resource: 'workgroup', resourceName: queries.workGroup.name });
    const [lines, results] = [`${LAKE_FOLDERS.logs}*`, `${LAKE_FOLDERS.results}*`];
    grant(
      [
        'athena:GetWorkGroup',
        'athena:StartQueryExecution',
        'athena:GetQueryExecution',
        'athena:GetQueryResults',
        'athena:StopQueryExecution',
      ],
      [workGroupArn],
    );
    grant(
      ['glue:GetDatabase', 'glue:GetTable', 'glue:GetPartitions'],
      [glue('catalog'), glue(`database/${table.databaseName}`), glue(`table/${table.databaseName}/${LOG_TABLE}`)],
    );
    grant(['s3:ListBucket', 's3:GetBucketLocation'], [bucket.bucketArn]);
    grant(['s3:GetObject'], [bucket.arnForObjects(lines), bucket.arnForObjects(results)]);
    grant(['s3:PutObject', 's3:AbortMultipartUpload'], [bucket.arnForObjects(results)]);
    encryptionKey.grant(role, 'kms:Decrypt', 'kms:GenerateDataKey');
    Validations.of(role).acknowledge(
      ...[lines, results].map((folder) => ({
        id: `AwsSolutions-IAM5[Resource::<${bucket.logicalId}.Arn>/${folder}]`,
        reason: 'Any file of that folder: Firehose and Athena make up the names.',
      })),
    );
    return role;
  }
}
