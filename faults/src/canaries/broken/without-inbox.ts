import type { claimMessages as original } from '../../../../chassis/src/messaging/inbox.ts';

/** Every delivery is new. */
export const claimMessages: typeof original = async (_sequelize, _tx, _consumer, messageIds) => new Set(messageIds);
