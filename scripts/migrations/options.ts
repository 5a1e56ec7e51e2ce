import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseCommand, refuseCommand } from '../parse-command.ts';
import { ROOT } from '../steps.ts';

const SERVICE = { service: { type: 'string', multiple: true } } as const;
const SERVICE_USAGE = '--service <name>  only this service; may be repeated';

const CHECK = {
  name: 'npm run migrations:check',
  usage: `[-- [--no-database] [--service <name>]]

  --no-database     looks at the files only
  ${SERVICE_USAGE}`,
  options: { ...SERVICE, database: { type: 'boolean', default: true } },
} as const;

const RELEASE = {
  name: 'npm run migrations:release',
  usage: `[-- --service <name>]

  ${SERVICE_USAGE}`,
  options: SERVICE,
} as const;

export interface Options {
  /** @default all that have a schema */
  readonly services?: readonly string[] | undefined;
  readonly withDatabase: boolean;
}

export function parseCheckOptions(): Options {
  const { service, database } = parseCommand(CHECK).values;
  return { services: assertMigrating(CHECK.name, service), withDatabase: database };
}

export function parseReleaseOptions(): Options {
  return { services: assertMigrating(RELEASE.name, parseCommand(RELEASE).values.service), withDatabase: true };
}

/** A name that is mistyped would be a check of nothing. */
function assertMigrating(command: string, services: readonly string[] | undefined): readonly string[] | undefined {
  const stranger = services?.find((service) => !existsSync(join(ROOT, 'services', service, 'migrations')));
  return stranger === undefined ? services : refuseCommand(command, `--service ${stranger} has no services/${stranger}/migrations`);
}
