import type { DataOf } from '@torii/contracts';
import type { CatalogItem, ItemChange } from './item.ts';

type ItemEventType = 'catalog.item.created.v2' | 'catalog.item.changed.v2' | 'catalog.item.price-changed.v1' | 'catalog.item.deleted.v1';

/** A fact about an item, ready for the outbox. */
export type ItemEvent = {
  readonly [T in ItemEventType]: {
    readonly type: T;
    readonly aggregateId: string;
    readonly aggregateVersion: number;
    readonly data: DataOf<T>;
  };
}[ItemEventType];

export function itemCreated(item: CatalogItem): ItemEvent {
  return { type: 'catalog.item.created.v2', aggregateId: item.id, aggregateVersion: item.version, data: snapshotOf(item) };
}

/** A change, and beside it the change of price for those who follow only that. */
export function itemChanged({ before, after, changedFields }: ItemChange): readonly ItemEvent[] {
  const about = { aggregateId: after.id, aggregateVersion: after.version };
  const data = { ...snapshotOf(after), changedFields: [...changedFields] };
  const changed: ItemEvent = { type: 'catalog.item.changed.v2', ...about, data };
  if (!changedFields.includes('price')) return [changed];
  const priceData = { itemId: after.id, ownerId: after.ownerId, before: before.price, after: after.price, version: after.version };
  return [changed, { type: 'catalog.item.price-changed.v1', ...about, data: priceData }];
}

/** The deletion is a version of its own, so that consumers can order it after the last change. */
export function itemDeleted(item: Pick<CatalogItem, 'id' | 'ownerId' | 'sku' | 'version'>): ItemEvent {
  const version = item.version + 1;
  const data = { itemId: item.id, ownerId: item.ownerId, sku: item.sku, version };
  return { type: 'catalog.item.deleted.v1', aggregateId: item.id, aggregateVersion: version, data };
}

function snapshotOf(item: CatalogItem): DataOf<'catalog.item.created.v2'> {
  const { id, ...rest } = item;
  return { itemId: id, ...rest };
}
