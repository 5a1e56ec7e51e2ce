import { createMessagingTables } from '@torii/chassis';
import type { QueryInterface } from 'sequelize';

export async function up({ context }: { readonly context: QueryInterface }): Promise<void> {
  await createMessagingTables(context);
}
