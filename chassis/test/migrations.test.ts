import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type TestSchema, createTestSchema } from '@torii/testing';
import { type Database, connectDatabase, createLogger, runMigrations } from '../src/index.ts';

const logger = createLogger({ serviceName: 'chassis', level: 'fatal' });
let schema: TestSchema;
let database: Database;
let folder: string;

beforeEach(async () => {
  schema = await createTestSchema('migrations');
  database = await connectDatabase(schema.databaseOptions);
  folder = await mkdtemp(join(tmpdir(), 'torii-migrations-'));
  await addMigration('0001-create-things', 'CREATE TABLE things (id INT PRIMARY KEY)');
  await addMigration('0002-add-thing', 'INSERT INTO things VALUES (1)');
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
  await database.close();
  await schema.close();
});

const addMigration = (name: string, sql: string) =>
  writeFile(
    join(folder, `${name}.ts`),
    `export async function up({ context }: { context: any }): Promise<void> { await context.sequelize.query(${JSON.stringify(sql)}); }\n`,
  );
const migrate = () => runMigrations(database, pathToFileURL(folder), logger);
const names = async () => (await schema.query<{ name: string }>('SELECT name FROM migrations ORDER BY name')).map(({ name }) => name);

describe('runMigrations', () => {
  it('runs each file once, in order', async () => {
    await migrate();
    await migrate();
    expect(await names()).toEqual(['0001-create-things', '0002-add-thing']);
    expect(await schema.query('SELECT id FROM things')).toEqual([{ id: 1 }]);
  });

  it('may be started by several tasks at once', async () => {
    await Promise.all([migrate(), migrate(), migrate()]);
    expect(await schema.query('SELECT id FROM things')).toEqual([{ id: 1 }]);
  });

  it('names the file that fails, and goes on from there', async () => {
    await addMigration('0003-broken', 'CREATE TABEL typo');
    await expect(migrate()).rejects.toThrow('0003-broken');
    expect(await names()).toEqual(['0001-create-things', '0002-add-thing']);
  });

  it('gives up a table that a transaction holds, rather than letting everybody wait behind it', async () => {
    await migrate();
    await addMigration('0003-add-column', 'ALTER TABLE things ADD COLUMN note INT');
    await database.transaction(async (transaction) => {
      await database.sequelize.query('SELECT id FROM things', { transaction });
      await expect(migrate()).rejects.toThrow('Lock wait timeout');
    });
    await migrate();
    expect(await names()).toContain('0003-add-column');
  });

  it('refuses a file without a migration', async () => {
    await writeFile(join(folder, '0004-empty.ts'), 'export const down = 1;\n');
    await expect(migrate()).rejects.toThrow('0004-empty.ts cannot be run: it exports no function "up"');
  });
});
