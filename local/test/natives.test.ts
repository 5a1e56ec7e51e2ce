import { mkdtemp, rm } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { createConnection, type Connection } from 'mysql2/promise';
import { startMariadb } from '../src/natives/mariadb.ts';
import type { NativeServer } from '../src/natives/native-server.ts';
import { startRedis } from '../src/natives/redis.ts';
import type { LocalContext } from '../src/provider.ts';
import { provideTls } from '../src/tls.ts';
import { findFreePort } from './local-context.ts';

const nativeFolder = resolve(import.meta.dirname, '../../.torii/native');
const master = { username: 'torii_admin', password: String.raw`it's a \ "secret"` };
const parameters = { require_secure_transport: '1' };
let folder: string;
let tls: LocalContext['tls'];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'torii-natives-'));
  tls = await provideTls(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('MariaDB', () => {
  let port: number;
  let server: NativeServer;

  const start = (): Promise<NativeServer> => startMariadb({ nativeFolder, folder: join(folder, 'mariadb'), port, tls, parameters, master });
  const connect = (password = master.password): Promise<Connection> =>
    createConnection({ host: 'localhost', port, user: master.username, password, ssl: { ca: readFileSync(tls.caFile) } });
  const query = async (sql: string): Promise<unknown> => {
    const connection = await connect();
    try {
      return (await connection.query(sql))[0];
    } finally {
      await connection.end();
    }
  };

  beforeAll(async () => {
    port = await findFreePort();
    server = await start();
  });
  afterAll(() => server.stop());

  it('takes the master user over TLS, verified by the authority', async () => {
    expect(await query("SHOW STATUS LIKE 'Ssl_version'")).toEqual([{ Variable_name: 'Ssl_version', Value: 'TLSv1.3' }]);
  });

  it('refuses a wrong password, a connection without TLS, and root', async () => {
    await expect(connect('wrong')).rejects.toThrow('Access denied');
    await expect(createConnection({ host: 'localhost', port, user: master.username, password: master.password })).rejects.toThrow();
    await expect(createConnection({ host: 'localhost', port, user: 'root', ssl: { ca: readFileSync(tls.caFile) } })).rejects.toThrow(
      'Access denied',
    );
  });

  it('keeps what was committed before a kill -9', async () => {
    await query('CREATE DATABASE kept');
    await query('CREATE TABLE kept.rows_before (id INT PRIMARY KEY) ENGINE=InnoDB');
    await query('INSERT INTO kept.rows_before VALUES (1), (2)');
    process.kill(server.pid, 'SIGKILL');
    await server.exited;
    server = await start();
    expect(await query('SELECT COUNT(*) AS count FROM kept.rows_before')).toEqual([{ count: 2 }]);
  });

  it('says who holds the port when it cannot start', async () => {
    const other = startMariadb({ nativeFolder, folder: join(folder, 'other'), port, tls, master });
    await expect(other).rejects.toThrow(/MariaDB cannot be started on port \d+: .*\n.*Address already in use/);
  });
});

describe('MariaDB with damaged data', () => {
  it('says that it may be the data, and how to start over', async () => {
    const options = { nativeFolder, folder: join(folder, 'damaged'), port: await findFreePort(), tls, parameters, master };
    await (await startMariadb(options)).stop();
    await rm(join(options.folder, 'data', 'ibdata1'));
    await expect(startMariadb(options)).rejects.toThrow(
      /InnoDB[^]*If its data in .*damaged.data is damaged, start over with: npm run reset$/,
    );
  });
});

describe('Redis', () => {
  let server: NativeServer;
  let port: number;

  beforeAll(async () => {
    port = await findFreePort();
    const users = [{ username: 'catalog', accessString: 'on ~* &* +@all -@dangerous', passwords: ['a password'] }];
    server = await startRedis({ nativeFolder, folder: join(folder, 'redis'), port, tls, users });
  });
  afterAll(() => server.stop());

  const withClient = async (username: string | undefined, use: (client: Redis) => Promise<void>): Promise<void> => {
    const credentials = username === undefined ? {} : { username, password: 'a password' };
    const client = new Redis({
      host: 'localhost',
      port,
      ...credentials,
      tls: { ca: readFileSync(tls.caFile) },
      lazyConnect: true,
      enableReadyCheck: false,
      retryStrategy: () => null,
    });
    client.on('error', () => undefined);
    try {
      await use(client);
    } finally {
      client.disconnect();
    }
  };

  it('lets the user of the template do what the access string grants', () =>
    withClient('catalog', async (client) => {
      expect(await client.set('key', 'value')).toBe('OK');
      await expect(client.flushall()).rejects.toThrow('NOPERM');
    }));

  it('refuses whoever does not log in', () =>
    withClient(undefined, async (client) => expect(client.get('key')).rejects.toThrow(/NOAUTH|WRONGPASS|closed/)));
});
