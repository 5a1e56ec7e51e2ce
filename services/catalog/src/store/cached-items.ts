import type { Cache, Database } from '@torii/chassis';
import type { ItemId, UserId } from '@torii/contracts';
import type { CategoryCount } from '../domain/facets.ts';
import type { CatalogItem } from '../domain/item.ts';
import { countListedCategories, countUnlistedCategories } from './count-categories.ts';
import { findItem } from './read-items.ts';

// Cache-aside. What the cache holds is the same for every viewer: who may see an item is decided after reading it. A writer
// invalidates after its commit; the catalog's own events do so once more, for a writer that died in between.

/** Bounds how long an item stays wrong should every invalidation of it get lost. */
const ITEM_TTL_SECONDS = 300;
/** Counts read a whole index; half a minute of staleness is what a facet can bear when an invalidation is lost. */
const CATEGORIES_TTL_SECONDS = 30;

const LISTED_CATEGORIES = 'categories:listed';
const itemKey = (id: string) => `item:${id}`;
const unlistedCategoriesKey = (ownerId: string) => `categories:unlisted:${ownerId}`;

export async function getCachedItem(cache: Cache, database: Database, id: ItemId): Promise<CatalogItem | undefined> {
  return cache.getOrLoad(itemKey(id), ITEM_TTL_SECONDS, () => findItem(database, id));
}

export async function getCachedListedCategories(cache: Cache, database: Database): Promise<readonly CategoryCount[]> {
  return cache.getOrLoad(LISTED_CATEGORIES, CATEGORIES_TTL_SECONDS, () => countListedCategories(database.read));
}

export async function getCachedUnlistedCategories(cache: Cache, database: Database, ownerId: UserId): Promise<readonly CategoryCount[]> {
  return cache.getOrLoad(unlistedCategoriesKey(ownerId), CATEGORIES_TTL_SECONDS, () => countUnlistedCategories(database.read, ownerId));
}

/** After the commit of a change: the next read sees it. @returns false when the cache may not have been told */
export async function forgetCachedItems(cache: Cache, ids: readonly string[]): Promise<boolean> {
  return cache.invalidate(...ids.map(itemKey));
}

/**
 * After the commit of a change that moves items between categories, statuses or existence: these, as they were and as they
 * are. Counts that none of them is in stay: those of listed items are everybody's, and dear.
 */
export async function forgetCachedCategories(cache: Cache, moved: readonly CatalogItem[]): Promise<void> {
  const counted = moved.filter(({ category }) => category !== null);
  const keys = counted.map(({ status, ownerId }) => (status === 'listed' ? LISTED_CATEGORIES : unlistedCategoriesKey(ownerId)));
  await cache.invalidate(...new Set(keys));
}
