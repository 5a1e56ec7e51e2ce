import { createUuid } from '@torii/chassis';
import { type DataOf, envelope, events, itemId } from '@torii/contracts';
import { z } from 'zod';
import { createItem, createUserId } from '../sample-items.ts';

// What all contenders send and take: the event that most messages of the catalog are, with the attributes the relay gives it.

export const TYPE = 'catalog.item.changed.v2';
/** Envelope and data in one, as the contracts have them: contenders that know no contracts check the same with this. */
export const messageSchema = envelope.extend({ type: z.literal(TYPE), data: events[TYPE].schema });
export type SampleMessage = z.infer<typeof messageSchema>;

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';
export const ATTRIBUTES = {
  type: { DataType: 'String', StringValue: TYPE },
  traceparent: { DataType: 'String', StringValue: TRACEPARENT },
};

const { id: _id, ...ITEM } = createItem(1, createUserId());

export function createData(): DataOf<typeof TYPE> {
  return { ...ITEM, itemId: itemId.parse(createUuid()), changedFields: ['price'] };
}

/** About 900 bytes as JSON. @param id of the message; a new one takes effect, a known one does not */
export function createMessage(id: string = createUuid()): SampleMessage {
  const data = createData();
  return {
    specversion: '1.0',
    id,
    source: '/torii/catalog',
    type: TYPE,
    subject: data.itemId,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    data,
    aggregateversion: data.version,
    traceparent: TRACEPARENT,
  };
}
