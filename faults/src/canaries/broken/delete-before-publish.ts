import { deleteOutboxRows, selectOutboxHeads as original } from '../../../../chassis/src/messaging/outbox-rows.ts';

export * from '../../../../chassis/src/messaging/outbox-rows.ts';

/** What is read is gone, whatever becomes of its publication. */
export const selectOutboxHeads: typeof original = async (connection, limit, except) => {
  const rows = await original(connection, limit, except);
  await deleteOutboxRows(
    connection,
    rows.map(({ id }) => id),
  );
  return rows;
};
