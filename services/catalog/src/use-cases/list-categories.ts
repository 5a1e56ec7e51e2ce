import type { CategoryFacets, UserId } from '@torii/contracts';
import { mergeCounts } from '../domain/facets.ts';
import { getCachedListedCategories, getCachedUnlistedCategories } from '../store/cached-items.ts';
import type { CatalogContext } from './context.ts';

/** Categories of what the viewer may see. The counts of listed items are the same for all and shared by all. */
export async function listCategories({ cache, database }: CatalogContext, viewerId: UserId): Promise<CategoryFacets> {
  const [listed, unlisted] = await Promise.all([
    getCachedListedCategories(cache, database),
    getCachedUnlistedCategories(cache, database, viewerId),
  ]);
  return mergeCounts(listed, unlisted);
}
