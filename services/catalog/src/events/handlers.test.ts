import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { HandlerContext } from '@torii/chassis';
import { type DataOf, type Envelope, itemId, userId } from '@torii/contracts';
import type { CatalogContext } from '../use-cases/context.ts';
import { createHandlers } from './handlers.ts';

type Deleted = Envelope<'catalog.item.deleted.v1', DataOf<'catalog.item.deleted.v1'>>;
const DELETED = { itemId: itemId.parse(randomUUID()), ownerId: userId.parse(randomUUID()), sku: 'A', version: 2 };

/** What becomes of the event at its delivery `attempt`, with a cache that was told or was not. */
async function handle(told: boolean, attempt: number): Promise<void> {
  const handlers = createHandlers(parseContext({ cache: { invalidate: async () => told } }));
  await handlers['catalog.item.deleted.v1'](parseMessage({ data: DELETED }), parseHandlerContext({ attempt }));
}

const parseContext = (value: object) => value as CatalogContext;
const parseMessage = (value: object) => value as Deleted;
const parseHandlerContext = (value: object) => value as HandlerContext;

describe('catalog.item.deleted.v1', () => {
  it('is done once the cache was told', async () => {
    await expect(handle(true, 1)).resolves.toBeUndefined();
  });

  it('comes again as long as the cache may serve the item', async () => {
    await expect(handle(false, 1)).rejects.toMatchObject({ code: 'CACHE_UNAVAILABLE', kind: 'unavailable' });
    await expect(handle(false, 8)).resolves.toBeUndefined();
  });
});
