import { RemovalPolicy } from 'aws-cdk-lib';
import { CustomDataIdentifier, DataIdentifier, DataProtectionPolicy, LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

export interface MaskedLogGroupProps {
  /** One of CloudWatch's own steps. */
  readonly retentionDays: number;
}

/**
 * Where a process writes. Services mask what they log themselves; CloudWatch masks again, for what they did not know to be personal.
 * Logs are no data to protect: they go with their stack.
 */
export class MaskedLogGroup extends LogGroup {
  constructor(scope: Construct, id: string, props: MaskedLogGroupProps) {
    super(scope, id, {
      retention: props.retentionDays,
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
