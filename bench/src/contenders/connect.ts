import { type ClaimCheck, connectDatabase, createClaimCheck, createLogger, type Database, type Logger } from '@torii/chassis';
import { startTestEnvironment } from '@torii/testing';

/** The schema that this process's parent made for it. */
export function connectBenchDatabase(): Promise<Database> {
  const { setSecret, master, mariadbPort, secretReader } = startTestEnvironment();
  return connectDatabase({
    secretArn: setSecret('database', master),
    host: 'localhost',
    port: mariadbPort,
    name: process.env['DATABASE_NAME'] ?? '',
    secretReader,
  });
}

/** What goes wrong is found in the process's log; nothing is logged of what goes well, by anybody. */
export const logger: Logger = createLogger({ serviceName: 'bench', level: 'warn' });

/** No message here is too large for a queue, so the bucket is never asked. */
export const claims: ClaimCheck = createClaimCheck({ bucket: 'bench' });
