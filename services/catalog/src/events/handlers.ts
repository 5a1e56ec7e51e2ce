import type { HandlerContext } from '@torii/chassis';
import type { Handlers } from '@torii/contracts';
import { forgetCachedItems } from '../store/cached-items.ts';
import { applyImportBatch } from '../use-cases/apply-import-batch.ts';
import type { CatalogContext } from '../use-cases/context.ts';
import { forgetOwner } from '../use-cases/forget-owner.ts';

/** What the catalog does with each message it is sent. */
export function createHandlers(context: CatalogContext): Handlers<'catalog', HandlerContext> {
  return {
    'catalog.apply-import-batch.v1': ({ id, data }, { tx }) => applyImportBatch(context, tx, { id, ...data }),
    'catalog.item.changed.v1': ({ data }) => forgetCachedItems(context.cache, [data.itemId]),
    'catalog.item.deleted.v1': ({ data }) => forgetCachedItems(context.cache, [data.itemId]),
    'identity.user.deleted.v1': ({ data }) => forgetOwner(context, data.userId),
  };
}
