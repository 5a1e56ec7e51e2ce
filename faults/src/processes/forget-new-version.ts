import { events } from '@torii/contracts';

// Loaded before a consumer: the build of last week, whose contracts end with v1 of this event.

const all: Record<string, unknown> = events;
const v1 = events['catalog.item.changed.v1'];
all['catalog.item.changed.v1'] = { schema: v1.schema, publisher: v1.publisher, subscribers: ['jobs-projection'] };
delete all['catalog.item.changed.v2'];
