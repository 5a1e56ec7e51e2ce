import { createMessageFailures } from '@torii/chassis';
import type { QueryInterface } from 'sequelize';

export async function up({ context }: { readonly context: QueryInterface }): Promise<void> {
  await createMessageFailures(context);
}
