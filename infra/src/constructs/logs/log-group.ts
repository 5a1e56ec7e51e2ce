import { RemovalPolicy } from 'aws-cdk-lib';
import { CustomDataIdentifier, DataIdentifier, DataProtectionPolicy, LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct, IConstruct } from 'constructs';

export interface MaskedLogGroupProps {
  /** One of CloudWatch's own steps. */
  readonly retentionDays: number;
  /** For a group that AWS would make itself, and keep for ever. @default CloudFormation's choice */
  readonly logGroupName?: string;
}

/**
 * Where a process writes. Services mask what they log themselves; CloudWatch masks again, for what they did not know to be personal.
 * Logs are no data to protect: they go with their stack.
 */
export class MaskedLogGroup extends LogGroup {
  constructor(scope: Construct, id: string, props: MaskedLogGroupProps) {
    super(scope, id, {
      retention: props.retentionDays,
      ...(props.logGroupName !== undefined && { logGroupName: props.logGroupName }),
      removalPolicy: RemovalPolicy.DESTROY,
      dataProtectionPolicy: new DataProtectionPolicy({
        identifiers: [
          DataIdentifier.EMAILADDRESS,
          DataIdentifier.IPADDRESS,
          DataIdentifier.CREDITCARDNUMBER,
          new CustomDataIdentifier('BearerToken', 'eyJ[A-Za-z0-9_-]{10,}'),
        ],
      }),
    });
  }
}

/** Where services and functions of ours write. The lake takes their JSON lines, by whoever makes the lake finding all of these. */
export class ProcessLogGroup extends MaskedLogGroup {}

/** In the order in which they were made. */
export function findProcessLogGroups(scope: IConstruct): readonly ProcessLogGroup[] {
  return scope.node.findAll().filter((construct) => construct instanceof ProcessLogGroup);
}
