import { Stack } from 'aws-cdk-lib';
import { CfnAssignment, CfnPermissionSet } from 'aws-cdk-lib/aws-sso';
import type { Construct } from 'constructs';
import type { AccountName } from '../../organization.ts';
import { ASSIGNMENTS, PERMISSION_SETS, type PermissionSet } from '../../organization/permission-sets.ts';
import type { OrganizationStackProps } from './organization-props.ts';

export interface AccessStackProps extends OrganizationStackProps {
  /** Twelve digits. */
  accountIdOf(name: AccountName): string;
}

/** IAM Identity Center: the roles that people can take, and which groups may take them where. */
export class AccessStack extends Stack {
  constructor(scope: Construct, id: string, props: AccessStackProps) {
    super(scope, id, props);
    const { managementAccount, identityCenter } = props.settings;
    const sets = new Map(PERMISSION_SETS.map((set) => [set.name, this.#addPermissionSet(set, identityCenter.instanceArn)]));
    for (const { group, permissionSet, accounts } of ASSIGNMENTS) {
      const permissionSetArn = sets.get(permissionSet.name)?.attrPermissionSetArn;
      if (permissionSetArn === undefined) throw new Error(`Group ${group} cannot be given '${permissionSet.name}': there is no such set.`);
      for (const account of accounts) {
        new CfnAssignment(this, `${permissionSet.name}-${group}-${account}`, {
          instanceArn: identityCenter.instanceArn,
          permissionSetArn,
          principalType: 'GROUP',
          principalId: identityCenter.groupIds[group],
          targetType: 'AWS_ACCOUNT',
          targetId: account === 'management' ? managementAccount : props.accountIdOf(account),
        });
      }
    }
  }

  #addPermissionSet({ name, description, managedPolicies, statements, session }: PermissionSet, instanceArn: string): CfnPermissionSet {
    return new CfnPermissionSet(this, name, {
      instanceArn,
      name,
      description,
      sessionDuration: session,
      managedPolicies: managedPolicies.map((policy) => `arn:aws:iam::aws:policy/${policy}`),
      ...(statements.length > 0 && { inlinePolicy: { Version: '2012-10-17', Statement: statements } }),
    });
  }
}
