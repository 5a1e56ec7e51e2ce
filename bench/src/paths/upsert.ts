import { toItemValues } from '@torii/catalog/src/store/item-row.ts';
import type { CatalogItem } from '@torii/catalog/src/domain/item.ts';
import type { Database } from '@torii/chassis';
import { DataTypes, type Model, type ModelStatic } from 'sequelize';
import type { Benchmark } from '../benchmark.ts';
import { measureRounds } from '../rounds.ts';
import { createItem, createUserId } from '../sample-items.ts';
import { median, ratiosOf } from '../statistics.ts';
import { cutIntoBatches, upsertItems } from './upsert-items.ts';

const ROWS = 3000;
const ROUNDS = 12;
const BUDGET_MS = 20_000;

interface UpsertRound {
  /** Rows per second. */
  readonly torii: number;
  readonly bulkCreate: number;
}

/** Batches of which half the rows are new and half are there; the pool and the driver are the same, only the method differs. */
export const upsertBenchmark: Benchmark = {
  name: 'upsert',
  title: "the catalog's bulk upsert, half of the rows new",
  run: async (backends, say) => {
    const { database } = await backends.createServiceSchema('catalog');
    const model = defineModel(database);
    const rounds = await measureRounds<UpsertRound>(
      {
        torii: () => measureUpsert(database, (batches) => upsertItems(database, batches.map(split))),
        bulkCreate: () => measureUpsert(database, (batches) => bulkCreate(database, model, batches)),
      },
      { rounds: ROUNDS, budgetMs: BUDGET_MS, onRound: (n) => say(`round ${n} of ${ROUNDS}`) },
    );
    const [torii, reference] = [median(rounds.map((round) => round.torii)), median(rounds.map((round) => round.bulkCreate))];
    return [
      {
        path: 'bulk upsert, rows/s',
        reference: 'bulkCreate updateOnDuplicate',
        ratios: ratiosOf(
          rounds,
          (round) => round.torii,
          (round) => round.bulkCreate,
        ),
        target: { atLeast: 1.7 },
        note: `${Math.round(torii)} rows/s against ${Math.round(reference)} rows/s`,
      },
    ];
  },
};

/** @returns rows per second of `upsert`, given batches of which every second item is in the table already */
async function measureUpsert(database: Database, upsert: (batches: readonly (readonly CatalogItem[])[]) => Promise<void>): Promise<number> {
  const ownerId = createUserId();
  const items = Array.from({ length: ROWS }, (_item, index) => createItem(index, ownerId));
  await upsertItems(
    database,
    cutIntoBatches(items.filter((_item, index) => index % 2 === 1)).map((created) => ({ created, changed: [] })),
  );
  const batches = cutIntoBatches(items.map((item) => ({ ...item, name: `${item.name}, revised`, version: 2 })));
  const startedAtMs = performance.now();
  await upsert(batches);
  return ROWS / ((performance.now() - startedAtMs) / 1000);
}

function split(batch: readonly CatalogItem[]): Parameters<typeof upsertItems>[1][number] {
  return { created: batch.filter((_item, index) => index % 2 === 0), changed: batch.filter((_item, index) => index % 2 === 1) };
}

const COLUMNS = {
  id: { type: DataTypes.CHAR(36), primaryKey: true },
  owner_id: DataTypes.CHAR(36),
  sku: DataTypes.STRING(64),
  name: DataTypes.STRING(300),
  description: DataTypes.TEXT,
  category: DataTypes.STRING(100),
  price_minor: DataTypes.BIGINT.UNSIGNED,
  price_currency: DataTypes.CHAR(3),
  status: DataTypes.STRING(10),
  attributes: DataTypes.TEXT('medium'),
  version: DataTypes.INTEGER.UNSIGNED,
  created_at: DataTypes.DATE(3),
  updated_at: DataTypes.DATE(3),
} as const;
const MUTABLE = Object.keys(COLUMNS).filter((column) => !['id', 'owner_id', 'created_at'].includes(column));

function defineModel(database: Database): ModelStatic<Model> {
  return database.sequelize.define('item', COLUMNS, { tableName: 'items', timestamps: false });
}

async function bulkCreate(database: Database, model: ModelStatic<Model>, batches: readonly (readonly CatalogItem[])[]): Promise<void> {
  const names = Object.keys(COLUMNS);
  for (const batch of batches)
    await database.transaction(async (transaction) => {
      const rows = batch.map((item) => Object.fromEntries(toItemValues(item).map((value, index) => [names[index], value])));
      await model.bulkCreate(rows, { updateOnDuplicate: MUTABLE, transaction });
    });
}
