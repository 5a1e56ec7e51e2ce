import { randomUUID } from 'node:crypto';
import { type DataOf, itemId, userId } from '@torii/contracts';
import type { TestJobs } from './start-test-jobs.ts';

type Snapshot = DataOf<'catalog.item.created.v2'>;

/** What catalog says of an item; `replay` as `npm run replay` marks it. */
export interface ItemMessage {
  readonly type: string;
  readonly data: object;
  readonly time: string;
  readonly id: string;
}

const AT = '2026-05-01T10:00:00.123Z';

export function createSnapshot(fields: Partial<Snapshot> & { readonly ownerId: Snapshot['ownerId'] }): Snapshot {
  return {
    itemId: itemId.parse(randomUUID()),
    sku: randomUUID().slice(0, 8),
    name: 'A book',
    description: null,
    category: null,
    price: null,
    status: 'listed',
    attributes: {},
    version: 1,
    createdAt: AT,
    updatedAt: AT,
    ...fields,
  };
}

export const anybody = (): Snapshot['ownerId'] => userId.parse(randomUUID());

export function created(data: Snapshot): ItemMessage {
  return { type: 'catalog.item.created.v2', data, time: data.updatedAt, id: randomUUID() };
}

/** @param version of the item behind the change */
export function changed(before: Snapshot, version: number, fields: Partial<Snapshot>): ItemMessage & { readonly data: Snapshot } {
  const data = { ...before, ...fields, version, changedFields: ['name'] };
  return { type: 'catalog.item.changed.v2', data, time: data.updatedAt, id: randomUUID() };
}

export function deleted({ itemId: id, ownerId, sku }: Snapshot, version: number): ItemMessage {
  return { type: 'catalog.item.deleted.v1', data: { itemId: id, ownerId, sku, version }, time: AT, id: randomUUID() };
}

export function toBody({ type, data, time, id }: ItemMessage): string {
  return JSON.stringify({
    specversion: '1.0',
    id,
    source: '/torii/catalog',
    type,
    subject: 'itemId' in data ? data.itemId : 'none',
    time,
    datacontenttype: 'application/json',
    data,
  });
}

/** To the copy, as SNS delivers it. */
export async function sendItems(jobs: TestJobs, messages: readonly ItemMessage[], replay?: string): Promise<void> {
  const attributes = replay === undefined ? {} : { replay: { DataType: 'String', StringValue: replay } };
  for (const message of messages) await jobs.send('jobs-projection-events', toBody(message), attributes);
}

/** Every row of the copy, in one order. */
export const readCopies = (jobs: TestJobs): Promise<readonly Record<string, unknown>[]> =>
  jobs.schema.query('SELECT * FROM item_copies ORDER BY id', []);
