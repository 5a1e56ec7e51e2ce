import type { UserId } from '@torii/contracts';
import { leaveTombstone, lockForDeletion } from '../store/profiles.ts';
import type { IdentityContext } from './context.ts';

// The tombstone, the event that makes other services forget, and the command that removes the Cognito user commit together.
// Deleting again, after an answer that got lost, succeeds and does nothing. A person whose profile was never made gets a
// tombstone all the same: the command that would make it may still be under way.

export async function deleteOwnProfile({ database, outbox, clock }: IdentityContext, id: UserId): Promise<void> {
  await database.transaction(async (tx) => {
    const deletedAt = clock.now().toISOString();
    const current = await lockForDeletion(database, tx, { id, at: deletedAt });
    if (current.isDeleted) return;
    const version = current.version + 1;
    await leaveTombstone(database, tx, { id, version, deletedAt });
    const data = { userId: id, deletedAt };
    await outbox.publish(tx, { type: 'identity.user.deleted.v1', aggregateId: id, aggregateVersion: version, data });
    await outbox.send(tx, { type: 'identity.remove-account.v1', aggregateId: id, data: { userId: id } });
  });
}
