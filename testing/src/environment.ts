import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

export interface TestCredentials {
  readonly username: string;
  readonly password: string;
}

/** Where this run's MariaDB and Redis are, and who may use them. */
export interface TestEnvironment {
  readonly mariadbPort: number;
  readonly redisPort: number;
  /** To freeze and thaw them. */
  readonly mariadbPid: number;
  readonly redisPid: number;
  /** May do anything. */
  readonly master: TestCredentials;
  /** Stands in for Secrets Manager: pass it as `secretReader`. */
  readonly secretReader: (secretArn: string) => Promise<TestCredentials>;
  /** Settings of a service's cache. */
  readonly cacheConfig: { readonly cacheHost: string; readonly cachePort: number; readonly cacheSecretArn: string };
  /** Makes the secret with this name hold other credentials, as rotation does. @returns its ARN */
  setSecret(name: string, credentials: TestCredentials): string;
}

const secrets = new Map<string, TestCredentials>();

/**
 * The environment that global set-up started. Trusts its certificate authority from here on.
 * @throws Error when Jest runs without the component project's set-up
 */
export function startTestEnvironment(): TestEnvironment {
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(readVariable('TORII_TEST_CA_FILE'), 'utf8')]);
  const master = { username: readVariable('TORII_TEST_USERNAME'), password: readVariable('TORII_TEST_PASSWORD') };
  const redisPort = Number(readVariable('TORII_TEST_REDIS_PORT'));
  const cacheSecretArn = setSecret('cache', master);
  return {
    mariadbPort: Number(readVariable('TORII_TEST_MARIADB_PORT')),
    redisPort,
    mariadbPid: Number(readVariable('TORII_TEST_MARIADB_PID')),
    redisPid: Number(readVariable('TORII_TEST_REDIS_PID')),
    master,
    secretReader: readSecret,
    cacheConfig: { cacheHost: 'localhost', cachePort: redisPort, cacheSecretArn },
    setSecret,
  };
}

function setSecret(name: string, credentials: TestCredentials): string {
  const arn = `arn:aws:secretsmanager:eu-west-1:222222222222:secret:${name}`;
  secrets.set(arn, credentials);
  return arn;
}

async function readSecret(secretArn: string): Promise<TestCredentials> {
  const credentials = secrets.get(secretArn);
  if (credentials === undefined) throw new Error(`Secret ${secretArn} cannot be read: no test has set it.`);
  return credentials;
}

function readVariable(name: string): string {
  const value = process.env[name];
  if (value === undefined)
    throw new Error(
      'Component tests cannot run: no test servers. Run Jest with --selectProjects component, whose global set-up starts them.',
    );
  return value;
}
