// What AWS would refuse halfway through a deployment, and what nobody would notice before a release has to go back.
import { LOG_RETENTION_STEPS } from '../environment-checks.ts';
import { ENVIRONMENT_NAMES, getEnvironment } from '../environments.ts';
import { getOrganization } from '../organization.ts';
import type { ToolsSettings } from './tools-settings.ts';

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
/** GitHub's own: letters, digits and single hyphens. */
const OWNER = /^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$/;
const REPOSITORY = /^[A-Za-z0-9._-]{1,100}$/;
/** Neither a pattern, of which a trigger would make something else, nor what git refuses. */
const BRANCH = /^[A-Za-z0-9][A-Za-z0-9._/-]*$/;
const CONNECTION_ID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
/** Fewer, and a busy month of dev pushes out what prod runs. */
const MIN_IMAGES = 100;
/** Fewer, and a service that rests for a quarter of a year has nothing to go back to. */
const MIN_ARTIFACT_DAYS = 90;

/** @throws Error listing every requirement that the settings do not meet. */
export function assertTools(settings: ToolsSettings): void {
  const unmet = [...checkPlace(settings), ...checkRepository(settings), ...checkPeople(settings), ...checkKept(settings)];
  if (unmet.length > 0) throw new Error(`The tools account cannot be synthesized: ${unmet.join('; ')}.`);
}

function checkPlace({ account, region }: ToolsSettings): readonly string[] {
  const environments = ENVIRONMENT_NAMES.map(getEnvironment);
  const { managementAccount, logArchiveAccount } = getOrganization();
  const others = new Map([
    ...environments.map(({ name, account: number }) => [number, name] as const),
    [managementAccount, 'the management of the organization'],
    [logArchiveAccount, 'the log archive'],
  ]);
  const elsewhere = environments.filter((environment) => environment.region !== region);
  return [
    ...unless(/^\d{12}$/.test(account), 'account must be an account of twelve digits'),
    ...unless(!others.has(account), `account must be another one than that of ${others.get(account)}`),
    ...elsewhere.map(({ name, region: its }) => `region must be ${its}, where ${name} is, not '${region}'`),
  ];
}

function checkRepository({ account, region, repository: { connectionArn, owner, name, branch } }: ToolsSettings): readonly string[] {
  // Connections made before 2024 have the old name in their ARN, and go on working.
  const connection = new RegExp(`^arn:aws:(codeconnections|codestar-connections):${region}:${account}:connection/${CONNECTION_ID}$`);
  return [
    ...unless(connection.test(connectionArn), 'repository.connectionArn must be a connection of its account and region'),
    ...unless(OWNER.test(owner), `repository.owner must be a name at GitHub, not '${owner}'`),
    ...unless(REPOSITORY.test(name), `repository.name must be a name at GitHub, without its owner, not '${name}'`),
    ...unless(BRANCH.test(branch), `repository.branch must be one branch, not '${branch}'`),
  ];
}

function checkPeople({ approverEmails, developerEmail }: ToolsSettings): readonly string[] {
  return [
    ...unless(approverEmails.length > 0, 'approverEmails must have one address or more'),
    ...unless(new Set(approverEmails).size === approverEmails.length, 'approverEmails must have each address once'),
    ...approverEmails.flatMap((email) => unless(EMAIL.test(email), `approverEmails must be e-mail addresses, not '${email}'`)),
    ...unless(EMAIL.test(developerEmail), `developerEmail must be an e-mail address, not '${developerEmail}'`),
  ];
}

function checkKept({ keptImages, artifactDays, logRetentionDays }: ToolsSettings): readonly string[] {
  return [
    ...unless(Number.isInteger(keptImages) && keptImages >= MIN_IMAGES, `keptImages must be ${MIN_IMAGES} or more`),
    ...unless(Number.isInteger(artifactDays) && artifactDays >= MIN_ARTIFACT_DAYS, `artifactDays must be ${MIN_ARTIFACT_DAYS} or more`),
    ...unless(LOG_RETENTION_STEPS.includes(logRetentionDays), `logRetentionDays must be one of ${LOG_RETENTION_STEPS.join(', ')}`),
  ];
}

function unless(isMet: boolean, problem: string): readonly string[] {
  return isMet ? [] : [problem];
}
