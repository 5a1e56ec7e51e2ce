import { insertOutboxRows as original } from '../../../../chassis/src/messaging/outbox-rows.ts';

export * from '../../../../chassis/src/messaging/outbox-rows.ts';

/** In a transaction of its own: the message is there whether or not the change commits. */
export const insertOutboxRows: typeof original = (sequelize, _tx, rows) => sequelize.transaction((own) => original(sequelize, own, rows));
