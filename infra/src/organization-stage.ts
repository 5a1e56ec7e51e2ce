import { Stage, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { OrganizationSettings } from './organization.ts';
import { AccessStack } from './stacks/organization/access-stack.ts';
import { AccountsStack } from './stacks/organization/accounts-stack.ts';
import { GuardrailsStack } from './stacks/organization/guardrails-stack.ts';
import { LogArchiveStack } from './stacks/organization/log-archive-stack.ts';
import { TrailStack } from './stacks/organization/trail-stack.ts';

/** Everything above the environments: accounts, their guardrails, the trail, who may do what where. Deployed by hand, rarely. */
export class OrganizationStage extends Stage {
  constructor(scope: Construct, settings: OrganizationSettings) {
    const { managementAccount, logArchiveAccount, region } = settings;
    super(scope, 'organization', { env: { account: managementAccount, region } });
    Tags.of(this).add('application', 'torii');
    // Named: checklists call stacks by these names.
    const stack = (part: string) => ({ settings, stackName: `torii-org-${part}`, terminationProtection: true });

    const accounts = new AccountsStack(this, 'Accounts', stack('accounts'));
    const logArchive = new LogArchiveStack(this, 'LogArchive', { ...stack('log-archive'), env: { account: logArchiveAccount, region } });
    const trail = new TrailStack(this, 'Trail', stack('trail'));
    trail.addStackDependency(logArchive, 'CloudTrail writes a test file into the bucket');
    const guardrails = new GuardrailsStack(this, 'Guardrails', stack('guardrails'));
    // They forbid what the first deployment of the bucket does.
    guardrails.addStackDependency(logArchive);
    new AccessStack(this, 'Access', { ...stack('access'), accountIdOf: (name) => accounts.accountIdOf(name) });
  }
}
