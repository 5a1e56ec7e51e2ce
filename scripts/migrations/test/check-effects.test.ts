// Every rule of expand and contract on a real MariaDB: what it says of a migration, and whether the version before it really gets on or fails.
import { connectDatabase, type Database } from '@torii/chassis';
import { createTestSchema, type TestSchema } from '@torii/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { checkEffects } from '../check-effects.ts';
import { checkMigrations } from '../check-migrations.ts';
import { compareSchemas } from '../compare-schemas.ts';
import type { MigrationFinding } from '../finding.ts';
import type { MigrationFile } from '../migration-files.ts';
import { readSchema } from '../read-schema.ts';
import { VERDICTS } from '../schema-change.ts';

type Migration = Pick<MigrationFile, 'name' | 'up' | 'contraction'>;

/** What the version that runs was made for. */
const ORDERS = `CREATE TABLE IF NOT EXISTS orders (
  id INT UNSIGNED NOT NULL PRIMARY KEY, code VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL, note VARCHAR(20) NULL,
  amount INT NOT NULL, state ENUM('open','paid') NOT NULL DEFAULT 'open', price DECIMAL(8,2) NOT NULL DEFAULT 0,
  counted INT NOT NULL DEFAULT 1, doubled INT AS (amount * 2) STORED, touched_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  UNIQUE KEY orders_code (code), KEY orders_amount (amount), CONSTRAINT orders_paid CHECK (amount < 1000000)) ENGINE=InnoDB`;
const NOTES = 'CREATE TABLE IF NOT EXISTS notes (id INT UNSIGNED NOT NULL PRIMARY KEY) ENGINE=InnoDB';

function migration(name: string, statements: readonly string[], contraction?: MigrationFile['contraction']): Migration {
  return {
    name,
    up: async ({ context }) => {
      for (const statement of statements) await context.sequelize.query(statement);
    },
    ...(contraction !== undefined && { contraction }),
  };
}

const FIRST = migration('0001-create-orders', [ORDERS, NOTES]);
const expansion = { expandedIn: '0001-create-orders', because: 'nobody reads it any more' };

/** Findings of the second migration. */
async function check(statements: readonly string[], contraction?: MigrationFile['contraction']): Promise<readonly MigrationFinding[]> {
  const { findings } = await checkEffects('shop', [FIRST, migration('0002-change-orders', statements, contraction)], {});
  return findings.filter((finding) => finding.migration === '0002-change-orders');
}

/** What the version before does all day. */
const INSERT = "INSERT INTO orders (id, code, amount) VALUES (1, 'a', 5)";
const INSERT_NULL = "INSERT INTO orders (id, code, note, amount) VALUES (1, 'a', NULL, 5)";
const READ = "SELECT id, code, note, amount, state, price, counted FROM orders WHERE code = 'a'";

/** Fails where there are two. */
const ONE_AMOUNT = "SELECT (SELECT amount FROM orders WHERE code = 'a')";

interface Case {
  readonly change: string;
  readonly statement: string;
  /** Statements of the version before; the last one tells. */
  readonly old: readonly string[];
}

const EXPANSIONS: readonly Case[] = [
  { change: 'a table', statement: 'CREATE TABLE IF NOT EXISTS parcels (id INT NOT NULL PRIMARY KEY)', old: [INSERT] },
  { change: 'a column that takes null', statement: 'ALTER TABLE orders ADD COLUMN IF NOT EXISTS hint TEXT NULL', old: [INSERT] },
  {
    change: 'a column with a default',
    statement: 'ALTER TABLE orders ADD COLUMN IF NOT EXISTS hint INT NOT NULL DEFAULT 3',
    old: [INSERT],
  },
  { change: 'a computed column', statement: 'ALTER TABLE orders ADD COLUMN IF NOT EXISTS twice INT AS (amount * 2) STORED', old: [INSERT] },
  { change: 'an index', statement: 'ALTER TABLE orders ADD KEY IF NOT EXISTS orders_state (state)', old: [INSERT] },
  { change: 'a longer column', statement: 'ALTER TABLE orders MODIFY note VARCHAR(40) NULL', old: [INSERT_NULL] },
  { change: 'a larger number', statement: 'ALTER TABLE orders MODIFY amount BIGINT NOT NULL', old: [INSERT, READ] },
  { change: 'more digits', statement: 'ALTER TABLE orders MODIFY price DECIMAL(12,3) NOT NULL DEFAULT 0', old: [INSERT, READ] },
  {
    change: 'a value at the end of an enum',
    statement: "ALTER TABLE orders MODIFY state ENUM('open','paid','sent') NOT NULL DEFAULT 'open'",
    old: [INSERT],
  },
  { change: 'a column that takes null now', statement: 'ALTER TABLE orders MODIFY amount INT NULL', old: [INSERT] },
  { change: 'another default', statement: 'ALTER TABLE orders ALTER COLUMN counted SET DEFAULT 7', old: [INSERT] },
  { change: 'a constraint less', statement: 'ALTER TABLE orders DROP CONSTRAINT IF EXISTS orders_paid', old: [INSERT] },
];

const CONTRACTIONS: readonly Case[] = [
  { change: 'a table less', statement: 'DROP TABLE IF EXISTS notes', old: ['INSERT INTO notes (id) VALUES (1)'] },
  { change: 'a column less', statement: 'ALTER TABLE orders DROP COLUMN IF EXISTS note', old: [READ] },
  {
    change: 'a column with another name',
    statement: 'ALTER TABLE orders CHANGE COLUMN IF EXISTS note remark VARCHAR(20) NULL',
    old: [READ],
  },
  {
    change: 'a shorter column',
    statement: 'ALTER TABLE orders MODIFY note VARCHAR(2) NULL',
    old: ["INSERT INTO orders (id, code, note, amount) VALUES (1, 'a', 'long', 5)"],
  },
  {
    change: 'a smaller number',
    statement: 'ALTER TABLE orders MODIFY amount TINYINT NOT NULL',
    old: ["INSERT INTO orders (id, code, amount) VALUES (1, 'a', 5000)"],
  },
  {
    change: 'a number without a sign',
    statement: 'ALTER TABLE orders MODIFY amount INT UNSIGNED NOT NULL',
    old: ["INSERT INTO orders (id, code, amount) VALUES (1, 'a', -5)"],
  },
  {
    change: 'fewer digits',
    statement: 'ALTER TABLE orders MODIFY price DECIMAL(4,2) NOT NULL DEFAULT 0',
    old: ["INSERT INTO orders (id, code, amount, price) VALUES (1, 'a', 5, 999.5)"],
  },
  {
    change: 'a value of an enum less',
    statement: "ALTER TABLE orders MODIFY state ENUM('open') NOT NULL DEFAULT 'open'",
    old: ["INSERT INTO orders (id, code, amount, state) VALUES (1, 'a', 5, 'paid')"],
  },
  { change: 'a column that must have a value', statement: 'ALTER TABLE orders MODIFY note VARCHAR(20) NOT NULL', old: [INSERT_NULL] },
  { change: 'a default less', statement: 'ALTER TABLE orders ALTER COLUMN counted DROP DEFAULT', old: [INSERT] },
  {
    change: 'a column that the database computes',
    statement: 'ALTER TABLE orders MODIFY counted INT AS (amount + 1) STORED',
    old: ["INSERT INTO orders (id, code, amount, counted) VALUES (1, 'a', 5, 2)"],
  },
  {
    change: 'a column that the database computes otherwise',
    statement: 'ALTER TABLE orders MODIFY doubled INT AS (IF(amount > 4, NULL, amount)) STORED',
    old: [INSERT, 'SELECT (SELECT 1 UNION SELECT doubled + 1 FROM orders WHERE doubled IS NULL)'],
  },
  {
    change: 'another collation',
    statement: 'ALTER TABLE orders MODIFY code VARCHAR(10) CHARACTER SET ascii COLLATE ascii_general_ci NOT NULL',
    old: [INSERT, "INSERT INTO orders (id, code, amount) VALUES (2, 'A', 5)"],
  },
  {
    change: 'a unique index',
    statement: 'ALTER TABLE orders ADD UNIQUE KEY IF NOT EXISTS orders_one (amount)',
    old: [INSERT, "INSERT INTO orders (id, code, amount) VALUES (2, 'b', 5)"],
  },
  {
    change: 'an index less',
    statement: 'ALTER TABLE orders DROP KEY IF EXISTS orders_amount',
    old: ['SELECT id FROM orders FORCE INDEX (orders_amount) WHERE amount = 5'],
  },
  {
    change: 'an index that is not unique any more',
    statement: 'CREATE OR REPLACE INDEX orders_code ON orders (code)',
    old: [INSERT, "INSERT INTO orders (id, code, amount) VALUES (2, 'a', 5) ON DUPLICATE KEY UPDATE amount = 6", ONE_AMOUNT],
  },
  {
    change: 'another primary key',
    statement: 'ALTER TABLE orders DROP PRIMARY KEY, ADD PRIMARY KEY (id, code)',
    old: [
      INSERT,
      "INSERT INTO orders (id, code, amount) VALUES (1, 'b', 5) ON DUPLICATE KEY UPDATE amount = 6",
      'SELECT (SELECT amount FROM orders WHERE id = 1)',
    ],
  },
  {
    change: 'a constraint more',
    statement: 'ALTER TABLE orders ADD CONSTRAINT IF NOT EXISTS orders_small CHECK (amount < 3)',
    old: [INSERT],
  },
  {
    change: 'a foreign key',
    statement: 'ALTER TABLE orders ADD CONSTRAINT orders_notes FOREIGN KEY IF NOT EXISTS orders_notes (id) REFERENCES notes (id)',
    old: [INSERT],
  },
];

let schema: TestSchema;
let database: Database;
beforeEach(async () => {
  schema = await createTestSchema('shop-before');
  database = await connectDatabase(schema.databaseOptions);
  for (const statement of [ORDERS, NOTES]) await schema.query(statement);
});
afterEach(async () => {
  await database.close();
  await schema.close();
});

/** What the cases have shown, so that none is left out. */
const kinds = new Set<string>();

async function change(statement: string): Promise<void> {
  const before = await readSchema(schema.query);
  await schema.query(statement);
  for (const { kind } of compareSchemas(before, await readSchema(schema.query))) kinds.add(kind);
}

async function runAsOldVersion(statements: readonly string[]): Promise<void> {
  for (const statement of statements) await database.sequelize.query(statement);
}

describe('an expansion', () => {
  it.each(EXPANSIONS)('may be $change, and the version before gets on with it', async ({ statement, old }) => {
    expect(await check([statement])).toEqual([]);
    await change(statement);
    await runAsOldVersion(old);
  });
});

describe('a contraction', () => {
  it.each(CONTRACTIONS)('is $change: refused, unless an earlier release has expanded', async ({ statement }) => {
    expect((await check([statement])).map(({ rule }) => rule)).toContain('needs-a-contraction');
    expect(await check([statement], expansion)).toEqual([]);
  });

  it.each(CONTRACTIONS)('is $change: the version before fails at it', async ({ statement, old }) => {
    await runAsOldVersion(old);
    await runAsOldVersion(['DELETE FROM orders', 'DELETE FROM notes']);
    await change(statement);
    await expect(runAsOldVersion(old)).rejects.toThrow();
  });
});

describe('what no order of releases makes safe', () => {
  it.each([
    [
      'a column that inserts must name',
      'ALTER TABLE orders ADD COLUMN IF NOT EXISTS hint INT NOT NULL',
      'column orders.hint added: int not null',
    ],
    ['a view', 'CREATE OR REPLACE VIEW paid AS SELECT id FROM orders', 'view paid added'],
    ['a trigger', 'CREATE OR REPLACE TRIGGER stamp BEFORE INSERT ON orders FOR EACH ROW SET NEW.counted = 2', 'trigger stamp added'],
  ])('is %s, whatever the migration says of itself', async (_change, statement, text) => {
    await change(statement);
    for (const contraction of [undefined, expansion])
      expect(await check([statement], contraction)).toContainEqual(
        expect.objectContaining({ rule: 'breaks-old-version', text: expect.stringContaining(text) }),
      );
  });

  it('fails at the version before: its insert does not name the column', async () => {
    await schema.query('ALTER TABLE orders ADD COLUMN hint INT NOT NULL');
    await expect(runAsOldVersion([INSERT])).rejects.toThrow(/hint/);
  });
});

describe('a migration', () => {
  const rulesOf = async (statements: readonly string[], contraction?: MigrationFile['contraction']): Promise<readonly string[]> =>
    (await check(statements, contraction)).map(({ rule }) => rule);

  it.each(['DELETE FROM orders', 'TRUNCATE TABLE orders'])('deletes rows only as a contraction: %s', async (statement) => {
    expect(await rulesOf([statement])).toEqual(['needs-a-contraction']);
    expect(await rulesOf([statement], expansion)).toEqual([]);
    kinds.add('rows-deleted');
  });

  it('that fills what it has added is fine', async () => {
    const add = 'ALTER TABLE orders ADD COLUMN IF NOT EXISTS hint INT NULL';
    expect(await rulesOf([add, 'UPDATE orders SET hint = amount WHERE hint IS NULL'])).toEqual([]);
  });

  it('that calls itself a contraction takes something away', async () => {
    expect(await rulesOf(['ALTER TABLE orders ADD COLUMN IF NOT EXISTS hint INT NULL'], expansion)).toEqual(['contracts-nothing']);
  });

  it('can run again, since a task may be killed halfway', async () => {
    expect(await rulesOf(['ALTER TABLE orders ADD COLUMN hint INT NULL'])).toEqual(['not-repeatable']);
    expect(await rulesOf(['ALTER TABLE orders ADD KEY (state)'])).toEqual(['not-repeatable']);
  });

  it('that fails says why, and nothing after it is run', async () => {
    const files = [FIRST, migration('0002-fails', ['ALTER TABLE nothing ADD COLUMN hint INT']), migration('0003-more', [ORDERS])];
    const { findings, changes } = await checkEffects('shop', files, {});
    expect(findings).toEqual([
      expect.objectContaining({ migration: '0002-fails', rule: 'fails', text: expect.stringContaining('nothing') }),
    ]);
    expect([...changes.keys()]).not.toContain('0003-more');
  });

  it('that was released does what it did then, even when what it calls has changed', async () => {
    const { changes } = await checkEffects('shop', [FIRST], {});
    const released = { sha256: '', changes: changes.get(FIRST.name) ?? [] };
    expect(released.changes).toHaveLength(2);
    expect((await checkEffects('shop', [FIRST], { [FIRST.name]: released })).findings).toEqual([]);
    const wider = migration(FIRST.name, [ORDERS.replace('note VARCHAR(20)', 'note VARCHAR(30)'), NOTES]);
    expect((await checkEffects('shop', [wider], { [FIRST.name]: released })).findings).toEqual([
      expect.objectContaining({ rule: 'other-effect', text: expect.stringContaining('note varchar(30) null') }),
    ]);
  });
});

describe('the cases above', () => {
  it('show every change that the check knows', () => {
    expect([...kinds].toSorted()).toEqual(Object.keys(VERDICTS).toSorted());
  });
});

describe('the migrations of the services', () => {
  it('keep the rules, and do what they did when they were released', async () => {
    const checked = await checkMigrations({ withDatabase: true });
    expect(checked.map(({ service }) => service)).toEqual(expect.arrayContaining(['identity', 'jobs']));
    expect(checked.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThanOrEqual(19);
    expect(checked.flatMap(({ findings }) => findings)).toEqual([]);
  });
});
