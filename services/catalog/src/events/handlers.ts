import type { HandlerContext } from '@torii/chassis';
import type { Handlers, ItemId } from '@torii/contracts';
import { cacheUnavailable } from '../domain/errors.ts';
import { forgetCachedItems } from '../store/cached-items.ts';
import { applyImportBatch } from '../use-cases/apply-import-batch.ts';
import type { CatalogContext } from '../use-cases/context.ts';
import { forgetOwner } from '../use-cases/forget-owner.ts';

/** What the catalog does with each message it is sent. */
export function createHandlers(context: CatalogContext): Handlers<'catalog', HandlerContext> {
  return {
    'catalog.apply-import-batch.v1': ({ id, data }, { tx }) => applyImportBatch(context, tx, { id, ...data }),
    'catalog.item.changed.v2': ({ data }, { attempt }) => forgetForCertain(context, data.itemId, attempt),
    'catalog.item.deleted.v1': ({ data }, { attempt }) => forgetForCertain(context, data.itemId, attempt),
    'identity.user.deleted.v1': ({ data }) => forgetOwner(context, data.userId),
  };
}

/** With the consumer's backoff some five minutes, which is how long an item lives in the cache anyway. */
const LAST_ATTEMPT = 8;

/** A cache that could not be told is told again when the event comes again. @throws CACHE_UNAVAILABLE */
async function forgetForCertain({ cache }: CatalogContext, itemId: ItemId, attempt: number): Promise<void> {
  const isForgotten = await forgetCachedItems(cache, [itemId]);
  if (!isForgotten && attempt < LAST_ATTEMPT) throw cacheUnavailable(itemId);
}
