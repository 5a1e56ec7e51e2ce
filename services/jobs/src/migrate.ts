import { connectDatabase, createLogger, databaseOptions, MIGRATION_QUERY_TIMEOUT_MS, runMigrations } from '@torii/chassis';
import { readConfig } from './config.ts';

// Runs before the service, as its own task: the schema is ready when the first new task starts, and the old ones still run.
const config = readConfig(process.env);
const logger = createLogger({ serviceName: `${config.serviceName}-migrate`, level: config.logLevel });
const database = await connectDatabase({ ...databaseOptions(config), queryTimeoutMs: MIGRATION_QUERY_TIMEOUT_MS });
try {
  await runMigrations(database, new URL('../migrations/', import.meta.url), logger);
} finally {
  await database.close();
}
