import { connectDatabase, createLogger, createMessageFailures, createMessagingTables, runMigrations } from '@torii/chassis';
import type { DatabaseOptions } from '@torii/chassis';
import type { Query } from './query.ts';

/**
 * Every change of an item that commits, written by the database itself in the same transaction: what really happened, whatever a service believes.
 * `marker` is the name that a client gave the item with this change.
 */
const COMMITS = `CREATE TABLE commits (
  seq BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  item_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  owner_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version INT UNSIGNED NOT NULL,
  marker VARCHAR(300) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  deleted BOOLEAN NOT NULL,
  KEY commits_item (item_id, version)
) ENGINE=InnoDB`;

// A row that an insert meets and leaves as it is counts as updated, too: nothing was committed.
const TRIGGERS = [
  'CREATE TRIGGER commits_insert AFTER INSERT ON items FOR EACH ROW INSERT INTO commits (item_id, owner_id, version, marker, deleted) VALUES (NEW.id, NEW.owner_id, NEW.version, NEW.name, FALSE)',
  'CREATE TRIGGER commits_update AFTER UPDATE ON items FOR EACH ROW IF NEW.version <> OLD.version OR NEW.name <> OLD.name THEN INSERT INTO commits (item_id, owner_id, version, marker, deleted) VALUES (NEW.id, NEW.owner_id, NEW.version, NEW.name, FALSE); END IF',
  'CREATE TRIGGER commits_delete AFTER DELETE ON items FOR EACH ROW INSERT INTO commits (item_id, owner_id, version, marker, deleted) VALUES (OLD.id, OLD.owner_id, OLD.version + 1, OLD.name, TRUE)',
];

/** One row a message; two when two messages tell of the same version. */
const EFFECTS = `CREATE TABLE effects (
  message_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  item_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version INT UNSIGNED NOT NULL,
  type VARCHAR(96) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  effects INT UNSIGNED NOT NULL,
  KEY effects_item (item_id, version)
) ENGINE=InnoDB`;

const STATES = `CREATE TABLE states (
  item_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  version INT UNSIGNED NOT NULL,
  name VARCHAR(300) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL
) ENGINE=InnoDB`;

const SILENT = createLogger({ serviceName: 'faults', level: 'silent' });

/** Schemas of the services, by their own migrations, and of the ledger. */
export async function createSchemas(query: Query, connection: Omit<DatabaseOptions, 'name'>): Promise<void> {
  for (const name of ['catalog', 'jobs', 'ledger']) await query(`CREATE DATABASE ${name}`);
  for (const name of ['catalog', 'jobs'] as const) {
    const database = await connectDatabase({ ...connection, name });
    await runMigrations(database, new URL(`../../../services/${name}/migrations/`, import.meta.url), SILENT);
    await database.close();
  }
  const ledger = await connectDatabase({ ...connection, name: 'ledger' });
  await createMessagingTables(ledger.sequelize.getQueryInterface());
  await createMessageFailures(ledger.sequelize.getQueryInterface());
  await ledger.close();
  for (const statement of ['USE ledger', EFFECTS, STATES, 'USE catalog', COMMITS, ...TRIGGERS]) await query(statement);
}
