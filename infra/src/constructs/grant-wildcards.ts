import type { Acknowledgment } from 'aws-cdk-lib';

/** Wildcards in what CDK's grants give to a process, with the reason that each is no wider than needed. */
export const WILDCARDS_OF_GRANTS: readonly Acknowledgment[] = [
  {
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason: 'X-Ray has no resources to name, and network interfaces have no names before they exist.',
  },
  { id: 'AwsSolutions-IAM5[Action::kms:GenerateDataKey*]', reason: 'Two variants of one action, on one named key.' },
  { id: 'AwsSolutions-IAM5[Action::kms:ReEncrypt*]', reason: 'Two halves of one action, on one named key.' },
];
