import { insertOutboxRows as insert, selectOutboxHeads as original } from '../../../../chassis/src/messaging/outbox-rows.ts';

export * from '../../../../chassis/src/messaging/outbox-rows.ts';

let last = 0;

/** Only what has a higher number than anything seen so far: numbers are given in the order of inserts, not of commits. */
export const selectOutboxHeads: typeof original = async (connection, limit, except) => {
  const rows = (await original(connection, limit, except)).filter(({ id }) => id > last);
  last = Math.max(last, ...rows.map(({ id }) => id));
  return rows;
};

/** Sent at once. Usually rows travel with the commit, and get their numbers then, so that there is hardly time to overtake them. */
export const insertOutboxRows: typeof insert = async (sequelize, tx, rows) => {
  await insert(sequelize, tx, rows);
  await sequelize.query('SELECT 1', { transaction: tx });
};
