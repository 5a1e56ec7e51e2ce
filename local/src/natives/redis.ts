// A private Redis: loopback, TLS only, users by access string. In memory: a cache that starts empty must be no problem.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentOf, readNatives } from './find-natives.ts';
import type { TlsFiles } from './mariadb.ts';
import { startNativeServer, type NativeServer } from './native-server.ts';

export interface RedisUser {
  readonly username: string;
  /** Redis ACL rules, for example `on ~* +@all`. */
  readonly accessString: string;
  /** None: anybody may log in under this name. */
  readonly passwords: readonly string[];
}

export interface RedisOptions {
  readonly nativeFolder: string;
  readonly folder: string;
  readonly port: number;
  readonly tls: TlsFiles;
  /** Without any, the server's default user is open. */
  readonly users?: readonly RedisUser[];
  /** Settings by name, as in a parameter group. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** Keeps a cache that leaks from taking the machine; a `cache.t4g.micro` has 0.5 GB. */
const DEFAULT_PARAMETERS: Readonly<Record<string, string>> = { maxmemory: '256mb', 'maxmemory-policy': 'volatile-lru' };

/** @throws Error with the server's own words when it does not start. */
export async function startRedis(options: RedisOptions): Promise<NativeServer> {
  const { redis } = readNatives(options.nativeFolder);
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  const file = join(options.folder, 'redis.conf');
  writeFileSync(file, `${listSettings(options).join('\n')}\n`, { mode: 0o600 });
  const process = { command: redis.program, args: [file], env: environmentOf(redis) };
  return startNativeServer({
    title: 'Redis',
    folder: options.folder,
    port: options.port,
    readyLine: /Ready to accept connections/,
    process,
  });
}

function listSettings({ folder, port, tls, users, parameters }: RedisOptions): readonly string[] {
  return [
    'bind 127.0.0.1',
    'port 0',
    `tls-port ${port}`,
    `tls-cert-file ${quote(tls.certFile)}`,
    `tls-key-file ${quote(tls.keyFile)}`,
    `tls-ca-cert-file ${quote(tls.caFile)}`,
    'tls-auth-clients no',
    `dir ${quote(folder)}`,
    'save ""',
    'appendonly no',
    ...Object.entries({ ...DEFAULT_PARAMETERS, ...parameters }).map(([name, value]) => `${name} ${quote(value)}`),
    ...listUsers(users ?? []).map(formatUser),
  ];
}

/** Redis lets anybody in as `default` unless told otherwise; ElastiCache lets in whom its user group names. */
function listUsers(users: readonly RedisUser[]): readonly RedisUser[] {
  if (users.length === 0 || users.some(({ username }) => username === 'default')) return users;
  return [{ username: 'default', accessString: 'off', passwords: [] }, ...users];
}

/** Passwords go in as hashes, which need no quoting and tell nothing. */
function formatUser({ username, accessString, passwords }: RedisUser): string {
  const hashes = passwords.map((password) => `#${createHash('sha256').update(password).digest('hex')}`);
  return ['user', username, 'reset', ...(hashes.length > 0 ? hashes : ['nopass']), accessString].join(' ');
}

function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
