import { describe, expect, it } from '@jest/globals';
import { getEnvironment } from './environments.ts';
import { getOrganization } from './organization.ts';
import { assertTools } from './tools/tools-checks.ts';
import type { ToolsSettings } from './tools/tools-settings.ts';
import { getTools } from './tools.ts';

const settings = getTools();
const { repository } = settings;

describe('assertTools', () => {
  it('names every requirement that is not met', () => {
    const broken = { ...settings, region: 'eu-west-2', developerEmail: 'nobody', keptImages: 10 };
    expect(() => assertTools(broken)).toThrow(
      "The tools account cannot be synthesized: region must be eu-west-1, where dev is, not 'eu-west-2'; " +
        "region must be eu-west-1, where staging is, not 'eu-west-2'; region must be eu-west-1, where prod is, not 'eu-west-2'; " +
        'repository.connectionArn must be a connection of its account and region; ' +
        "developerEmail must be an e-mail address, not 'nobody'; keptImages must be 100 or more.",
    );
  });

  it.each<[string, Partial<ToolsSettings>, string]>([
    ['an account with letters', { account: '11111111111x' }, 'account must be an account'],
    ['the account of an environment', { account: getEnvironment('prod').account }, 'account must be another one than that of prod'],
    ['the account that manages all', { account: getOrganization().managementAccount }, 'than that of the management of the organization'],
    ['the account of the trail', { account: getOrganization().logArchiveAccount }, 'than that of the log archive'],
    [
      'a connection of another account',
      connection(repository.connectionArn.replace(settings.account, '1'.repeat(11) + '2')),
      'connectionArn',
    ],
    ['a connection by its name', connection('github'), 'connectionArn'],
    ['an owner that is none', { repository: { ...repository, owner: '-x' } }, "repository.owner must be a name at GitHub, not '-x'"],
    ['a repository with its owner', { repository: { ...repository, name: 'example/torii' } }, 'repository.name'],
    [
      'branches by a pattern',
      { repository: { ...repository, branch: 'release/*' } },
      "repository.branch must be one branch, not 'release/*'",
    ],
    ['nobody to ask', { approverEmails: [] }, 'approverEmails must have one address'],
    ['somebody asked twice', { approverEmails: ['a@example.com', 'a@example.com'] }, 'approverEmails must have each address once'],
    ['an approver without an address', { approverEmails: ['somebody'] }, "approverEmails must be e-mail addresses, not 'somebody'"],
    ['what cannot be gone back to', { artifactDays: 30 }, 'artifactDays must be 90 or more'],
    ['half an image', { keptImages: 100.5 }, 'keptImages'],
    ['days that CloudWatch does not know', { logRetentionDays: 31 }, 'logRetentionDays must be one of'],
  ])('refuses %s', (_, change, problem) => {
    expect(() => assertTools({ ...settings, ...change })).toThrow(problem);
  });

  it('takes a connection that was made under the old name of the service', () => {
    const old = connection(repository.connectionArn.replace('codeconnections', 'codestar-connections'));
    expect(() => assertTools({ ...settings, ...old })).not.toThrow();
  });
});

function connection(connectionArn: string): Partial<ToolsSettings> {
  return { repository: { ...repository, connectionArn } };
}
