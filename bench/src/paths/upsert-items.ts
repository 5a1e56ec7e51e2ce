import type { CatalogItem } from '@torii/catalog/src/domain/item.ts';
import { insertItems, updateItems } from '@torii/catalog/src/store/write-items.ts';
import type { Database } from '@torii/chassis';
import { IMPORT_BATCH_MAX_ROWS } from '@torii/contracts';

/** Rows of a batch, told apart as an import tells them apart after reading what is there. */
export interface UpsertBatch {
  readonly created: readonly CatalogItem[];
  readonly changed: readonly CatalogItem[];
}

/** What the catalog writes of an import batch to `items`, and nothing else: one transaction for each batch. */
export async function upsertItems(database: Database, batches: readonly UpsertBatch[]): Promise<void> {
  for (const { created, changed } of batches)
    await database.transaction(async (tx) => {
      await insertItems(database, tx, created);
      await updateItems(database, tx, changed);
    });
}

/** Cuts items into batches as large as those of an import. */
export function cutIntoBatches(items: readonly CatalogItem[]): readonly (readonly CatalogItem[])[] {
  const starts = Array.from({ length: Math.ceil(items.length / IMPORT_BATCH_MAX_ROWS) }, (_batch, index) => index * IMPORT_BATCH_MAX_ROWS);
  return starts.map((start) => items.slice(start, start + IMPORT_BATCH_MAX_ROWS));
}
