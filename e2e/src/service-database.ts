// The database of a service, with the service's own user: what an operator sees who looks inside.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import type { PlatformFile } from './platform.ts';

export interface ServiceDatabase {
  /** Rows as text, numbers and times too, so that two dumps can be compared to the byte. */
  query(sql: string, values?: readonly string[]): Promise<readonly Readonly<Record<string, string | null>>[]>;
  close(): Promise<void>;
}

interface Resource {
  readonly type: string;
  readonly properties: {
    readonly Family?: string;
    readonly ContainerDefinitions?: readonly { readonly Environment?: readonly { readonly Name: string; readonly Value: string }[] }[];
  };
}

export async function openServiceDatabase(platform: PlatformFile, service: string): Promise<ServiceDatabase> {
  const env = readEnvironment(service);
  const { username, password } = await readSecret(platform, env.get('DATABASE_SECRET_ARN') ?? '');
  const connection = await createConnection({
    host: env.get('DATABASE_HOST') ?? '',
    port: Number(env.get('DATABASE_PORT')),
    user: username,
    password,
    database: env.get('DATABASE_NAME') ?? '',
    ssl: { ca: readFileSync(platform.caFile, 'utf8') },
    typeCast: (field) => field.string('utf8'),
  });
  return {
    query: async (sql, values = []) => parseRows((await connection.query(sql, [...values]))[0]),
    close: () => connection.end(),
  };
}

/** What the service's task definition says. */
function readEnvironment(service: string): ReadonlyMap<string, string> {
  const file = join(process.env['TORII_JOURNEY_HOME'] ?? '', 'state', 'resources.json');
  const resources = JSON.parse(readFileSync(file, 'utf8')) as readonly Resource[];
  const task = resources.find(
    ({ type, properties }) => type === 'AWS::ECS::TaskDefinition' && properties.Family === `torii-dev-${service}`,
  );
  const variables = task?.properties.ContainerDefinitions?.flatMap(({ Environment = [] }) => Environment) ?? [];
  return new Map(variables.map(({ Name: name, Value: value }) => [name, value]));
}

async function readSecret(platform: PlatformFile, arn: string): Promise<{ username: string; password: string }> {
  const response = await fetch(platform.endpoints.events, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'secretsmanager.GetSecretValue' },
    body: JSON.stringify({ SecretId: arn }),
  });
  const { SecretString: text = '{}' } = (await response.json()) as { SecretString?: string };
  return JSON.parse(text) as { username: string; password: string };
}

function parseRows(rows: unknown): readonly Readonly<Record<string, string | null>>[] {
  return rows as readonly Readonly<Record<string, string | null>>[];
}
