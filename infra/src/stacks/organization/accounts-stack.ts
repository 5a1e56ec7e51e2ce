import { CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnAccount, CfnOrganizationalUnit } from 'aws-cdk-lib/aws-organizations';
import type { Construct } from 'constructs';
import type { AccountName, OrganizationSettings, UnitName } from '../../organization.ts';
import type { OrganizationStackProps } from './organization-props.ts';

/** What the organization's account may become in a new account, to set it up. AWS's own default, said here since checklists name it. */
const ACCESS_ROLE = 'OrganizationAccountAccessRole';

/** Organizational units, and the accounts in them. Both stay when the stack goes: closing an account takes 90 days and is done by hand. */
export class AccountsStack extends Stack {
  readonly #units = new Map<UnitName, CfnOrganizationalUnit>();
  readonly #accounts = new Map<AccountName, CfnAccount>();

  constructor(scope: Construct, id: string, props: OrganizationStackProps) {
    super(scope, id, props);
    const { settings } = props;
    for (const name of namesOf(settings.accounts)) this.#addAccount(name, settings);
  }

  /** Twelve digits, once the account exists. */
  accountIdOf(name: AccountName): string {
    const account = this.#accounts.get(name);
    if (!account) throw new Error(`Account ${name} has no id: it is not among the organization's accounts.`);
    return account.attrAccountId;
  }

  #addAccount(name: AccountName, settings: OrganizationSettings): void {
    const { unit, email } = settings.accounts[name];
    const previous = [...this.#accounts.values()].at(-1);
    const account = new CfnAccount(this, `Account-${name}`, {
      accountName: `torii-${name}`,
      email,
      roleName: ACCESS_ROLE,
      parentIds: [this.#unit(unit, settings.rootId).attrId],
    });
    account.applyRemovalPolicy(RemovalPolicy.RETAIN);
    // AWS makes one account at a time and refuses a second one meanwhile.
    if (previous) account.addResourceDependency(previous);
    this.#accounts.set(name, account);
    new CfnOutput(this, `Id-${name}`, { value: account.attrAccountId, description: `Number of the account torii-${name}` });
  }

  #unit(name: UnitName, rootId: string): CfnOrganizationalUnit {
    const known = this.#units.get(name);
    if (known) return known;
    const parent = parentOf(name);
    const unit = new CfnOrganizationalUnit(this, `Unit-${name.replace('/', '-')}`, {
      name: name.split('/').at(-1) ?? name,
      parentId: parent === undefined ? rootId : this.#unit(parent, rootId).attrId,
    });
    unit.applyRemovalPolicy(RemovalPolicy.RETAIN);
    this.#units.set(name, unit);
    return unit;
  }
}

function namesOf(accounts: OrganizationSettings['accounts']): readonly AccountName[] {
  return Object.keys(accounts) as AccountName[];
}

function parentOf(name: UnitName): UnitName | undefined {
  return name === 'workloads/production' || name === 'workloads/non-production' ? 'workloads' : undefined;
}
