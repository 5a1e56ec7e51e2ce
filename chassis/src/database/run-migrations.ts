import { readdir } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { basename, extname, join } from 'node:path';
import { type QueryInterface, QueryTypes } from 'sequelize';
import type { RunnableMigration, Umzug, UmzugStorage } from 'umzug';
import type { Logger } from '../logging/create-logger.ts';
import type { Database } from './connect-database.ts';

/** One migration file's export. Append-only: a file that has run anywhere is never edited. */
export type Migration = (parameters: { readonly context: QueryInterface }) => Promise<void>;

/**
 * For `queryTimeoutMs` of a database that migrates: a large table takes minutes. Less than a release waits for its migration
 * (MIGRATION_TIMEOUT_SECONDS of `npm run deliver`), so that the reason is in the log.
 */
export const MIGRATION_QUERY_TIMEOUT_MS = 40 * 60_000;

/** Two tasks may start at once; the second waits for the first, a minute at most. */
const LOCK_WAIT_SECONDS = 60;

/**
 * Runs every migration of `folder` that this schema has not had, in the order of file names, under a lock named by schema.
 * @throws MigrationError of umzug, which names the file; what ran before it stays
 */
export async function runMigrations(database: Database, folder: URL, logger: Logger): Promise<void> {
  const lock = `torii:${database.name}:migrate`;
  const connection = await database.connect();
  try {
    const [row] = await connection.query<{ locked: number | null }>('SELECT GET_LOCK(?, ?) AS locked', [lock, LOCK_WAIT_SECONDS]);
    if (row?.locked !== 1)
      throw new Error(`Schema ${database.name} cannot be migrated: another migration has held its lock for ${LOCK_WAIT_SECONDS} s.`);
    const executed = await (await createUmzug(database, await loadMigrations(folder))).up();
    logger.info({ schema: database.name, executed: executed.map(({ name }) => name) }, 'schema is up to date');
  } finally {
    // Closing the connection releases the lock.
    await connection.close();
  }
}

async function createUmzug(database: Database, migrations: readonly RunnableMigration<QueryInterface>[]): Promise<Umzug<QueryInterface>> {
  // Here rather than above: services, which never migrate, start a tenth of a second sooner.
  const { Umzug } = await import('umzug');
  return new Umzug({
    migrations: [...migrations],
    context: database.sequelize.getQueryInterface(),
    storage: createStorage(database),
    logger: undefined,
  });
}

async function loadMigrations(folder: URL): Promise<readonly RunnableMigration<QueryInterface>[]> {
  const path = fileURLToPath(folder);
  const files = (await readdir(path)).filter((file) => /^\d{4}-.+\.(ts|js|mjs)$/.test(file) && !file.endsWith('.d.ts')).sort();
  return Promise.all(
    files.map(async (file) => {
      const loaded: unknown = await import(pathToFileURL(join(path, file)).href);
      return { name: basename(file, extname(file)), up: parseMigration(loaded, file) };
    }),
  );
}

function parseMigration(loaded: unknown, file: string): Migration {
  const up: unknown = typeof loaded === 'object' && loaded !== null ? Reflect.get(loaded, 'up') : undefined;
  if (typeof up !== 'function') throw new Error(`Migration ${file} cannot be run: it exports no function "up".`);
  return up as Migration;
}

function createStorage(database: Database): UmzugStorage<QueryInterface> {
  const { sequelize } = database;
  return {
    logMigration: async ({ name }) => {
      await sequelize.query('INSERT INTO migrations (name) VALUES (?)', { replacements: [name] });
    },
    unlogMigration: async ({ name }) => {
      await sequelize.query('DELETE FROM migrations WHERE name = ?', { replacements: [name] });
    },
    executed: async () => {
      await sequelize.query(
        'CREATE TABLE IF NOT EXISTS migrations (name VARCHAR(190) NOT NULL PRIMARY KEY, executed_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)) ENGINE=InnoDB',
      );
      const rows = await sequelize.query<{ name: string }>('SELECT name FROM migrations ORDER BY name', { type: QueryTypes.SELECT });
      return rows.map(({ name }) => name);
    },
  };
}
