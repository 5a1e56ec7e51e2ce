import { createConnection } from 'mysql2/promise';
import { type TestEnvironment, startTestEnvironment } from './environment.ts';

/** A schema that belongs to one test file at a time. */
export interface TestSchema {
  /** Settings of a service's database, as its config holds them. */
  readonly databaseConfig: {
    readonly databaseSecretArn: string;
    readonly databaseHost: string;
    readonly databasePort: number;
    readonly databaseName: string;
  };
  /** The same as options of `connectDatabase`. */
  readonly databaseOptions: {
    readonly secretArn: string;
    readonly host: string;
    readonly port: number;
    readonly name: string;
    readonly secretReader: TestEnvironment['secretReader'];
  };
  readonly environment: TestEnvironment;
  /** Runs SQL as the administrator, in this schema. */
  query<Row>(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** Changes the password of the schema's user and its secret, as rotation does. */
  rotatePassword(password: string): Promise<void>;
  close(): Promise<void>;
}

/** An empty schema and a user that owns just it, one per Jest worker: files of one worker run one after another. */
export async function createTestSchema(serviceName: string): Promise<TestSchema> {
  const environment = startTestEnvironment();
  const name = `${serviceName.replaceAll('-', '_')}_w${process.env['JEST_WORKER_ID'] ?? '0'}`;
  const connection = await createConnection({
    host: 'localhost',
    port: environment.mariadbPort,
    user: environment.master.username,
    password: environment.master.password,
    ssl: { rejectUnauthorized: true },
    timezone: 'Z',
  });
  const query = async <Row>(sql: string, values: readonly unknown[] = []): Promise<readonly Row[]> => {
    const [rows] = await connection.query(sql, [...values]);
    return parseRows<Row>(rows);
  };
  for (const statement of [
    `DROP DATABASE IF EXISTS ${name}`,
    `CREATE DATABASE ${name}`,
    `CREATE OR REPLACE USER ${name}@'%' IDENTIFIED BY 'first'`,
    `GRANT ALL PRIVILEGES ON ${name}.* TO ${name}@'%'`,
    `USE ${name}`,
  ])
    await query(statement);
  const secretArn = environment.setSecret(name, { username: name, password: 'first' });
  return {
    databaseConfig: { databaseSecretArn: secretArn, databaseHost: 'localhost', databasePort: environment.mariadbPort, databaseName: name },
    databaseOptions: { secretArn, host: 'localhost', port: environment.mariadbPort, name, secretReader: environment.secretReader },
    environment,
    query,
    rotatePassword: async (password) => {
      await query(`ALTER USER ${name}@'%' IDENTIFIED BY ?`, [password]);
      environment.setSecret(name, { username: name, password });
    },
    close: () => connection.end(),
  };
}

function parseRows<Row>(rows: unknown): readonly Row[] {
  return Array.isArray(rows) ? (rows as Row[]) : [];
}
