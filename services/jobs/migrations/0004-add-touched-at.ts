import type { QueryInterface } from 'sequelize';

// When a job was last written, by the database's clock: what has been silent for too long is found by it, whatever the
// clocks of worker and service say.
export async function up({ context }: { readonly context: QueryInterface }): Promise<void> {
  await context.sequelize.query(`
    ALTER TABLE jobs
      ADD COLUMN IF NOT EXISTS touched_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
      ADD KEY IF NOT EXISTS jobs_by_activity (status, touched_at)`);
}
