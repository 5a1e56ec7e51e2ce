import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeUsersCommand, ElastiCacheClient, ModifyUserCommand } from '@aws-sdk/client-elasticache';
import { createConnection, type Connection } from 'mysql2/promise';

/** What a password is of, and how it is changed. */
export interface Account {
  /** May run again, after it has succeeded too. */
  set(next: Credentials, current: Credentials): Promise<void>;
  /** @throws Error when the account does not take the new password */
  test(next: Credentials): Promise<void>;
}

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
}

/** Milliseconds; the database is in the same VPC. */
const CONNECT_TIMEOUT_MS = 10_000;
/** Identifiers can't be parameters of a statement; this keeps them harmless. */
const IDENTIFIER = /^[a-z][a-z0-9_]{0,31}$/;
/** ElastiCache takes seconds to tell its nodes of a user; the function has a minute. */
const CACHE_POLL_MS = 1000;
const CACHE_POLLS = 40;

/** The user of one schema. The administrator changes it, so it can run again after the account has the new password. */
export function createSchemaUser(database: DatabaseAddress, readAdministrator: () => Promise<Credentials>): Account {
  return {
    async set({ username, password }) {
      if (!IDENTIFIER.test(username)) throw new Error(`The password of '${username}' cannot be set: the name is no lower-case identifier.`);
      await withConnection(database, await readAdministrator(), async (connection) => {
        await connection.query(`ALTER USER '${username}'@'%' IDENTIFIED BY ${connection.escape(password)} REQUIRE SSL`);
      });
    },
    test: (next) => withConnection(database, next, async () => {}),
  };
}

/** The administrator, who changes nobody's password but the own. Nobody else can: so one of the two passwords must do. */
export function createAdministrator(database: DatabaseAddress): Account {
  const isTaken = async (credentials: Credentials): Promise<boolean> =>
    withConnection(database, credentials, async () => true).catch((error: unknown) => {
      if (Reflect.get(Object(error), 'code') === 'ER_ACCESS_DENIED_ERROR') return false;
      throw error;
    });
  return {
    async set(next, current) {
      // An earlier attempt came so far, and then the current one is refused.
      if (await isTaken(next)) return;
      await withConnection(database, current, async (connection) => {
        await connection.query(`SET PASSWORD = PASSWORD(${connection.escape(next.password)})`);
      });
    },
    test: (next) => withConnection(database, next, async () => {}),
  };
}

/** A user of the cache, who may have two passwords: the current one goes with the next rotation, so nobody is refused. */
export function createCacheUser(userId: string): Account {
  const elastiCache = new ElastiCacheClient({});
  return {
    async set(next, current) {
      const Passwords = [...new Set([next.password, current.password])];
      await elastiCache.send(new ModifyUserCommand({ UserId: userId, AuthenticationMode: { Type: 'password', Passwords } }));
    },
    /** A way to the cache is what nothing but backends has, so ElastiCache is asked instead. */
    async test() {
      for (let poll = 0; poll < CACHE_POLLS; poll += 1) {
        const { Users: [user] = [] } = await elastiCache.send(new DescribeUsersCommand({ UserId: userId }));
        if (user?.Status === 'active') return;
        await sleep(CACHE_POLL_MS);
      }
      throw new Error(`The password of ${userId} cannot be used yet: ElastiCache still changes the user.`);
    },
  };
}

async function withConnection<T>(
  database: DatabaseAddress,
  { username, password }: Credentials,
  run: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await createConnection({
    ...database,
    user: username,
    password,
    connectTimeout: CONNECT_TIMEOUT_MS,
    // Checks the certificate's name too, which mysql2 does not do by itself.
    ssl: { verifyIdentity: true },
  });
  try {
    return await run(connection);
  } finally {
    await connection.end();
  }
}
