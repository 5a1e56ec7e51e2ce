import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { provideTls, startMariadb, startRedis } from '@torii/local';
import { findFreePort } from './free-port.ts';

const NATIVE_FOLDER = fileURLToPath(new URL('../../.torii/native', import.meta.url));
/** Of servers that live for one run of tests, on loopback. */
const PASSWORD = 'torii-test';
const MASTER = 'torii_test';

/** Real MariaDB and Redis, over TLS, for one run of tests. */
export interface TestServers {
  /** What test files read through `startTestEnvironment`. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export async function startTestServers(): Promise<TestServers> {
  const folder = await mkdtemp(join(tmpdir(), 'torii-test-'));
  const tls = await provideTls(folder);
  const [mariadbPort, redisPort] = [await findFreePort(), await findFreePort()];
  const mariadb = await startMariadb({
    nativeFolder: NATIVE_FOLDER,
    folder: join(folder, 'mariadb'),
    port: mariadbPort,
    tls,
    master: { username: MASTER, password: PASSWORD },
    parameters: { innodb_flush_log_at_trx_commit: '0' },
  });
  const redis = await startRedis({
    nativeFolder: NATIVE_FOLDER,
    folder: join(folder, 'redis'),
    port: redisPort,
    tls,
    users: [{ username: MASTER, accessString: 'on ~* &* +@all', passwords: [PASSWORD] }],
  });
  return {
    env: {
      TORII_TEST_MARIADB_PORT: String(mariadbPort),
      TORII_TEST_MARIADB_PID: String(mariadb.pid),
      TORII_TEST_REDIS_PORT: String(redisPort),
      TORII_TEST_REDIS_PID: String(redis.pid),
      TORII_TEST_USERNAME: MASTER,
      TORII_TEST_PASSWORD: PASSWORD,
      TORII_TEST_CA_FILE: tls.caFile,
    },
    stop: async () => {
      await Promise.all([mariadb.stop(), redis.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
