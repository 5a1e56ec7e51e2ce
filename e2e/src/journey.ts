// What every journey begins with: the running platform, and a person who has just signed up.
import { randomBytes } from 'node:crypto';
import { createMobileClient, readCode, type Credentials, type MobileClient, type Tokens } from './mobile-client.ts';
import { readPlatform, type PlatformFile } from './platform.ts';

export function openPlatform(): PlatformFile {
  const home = process.env['TORII_JOURNEY_HOME'];
  if (home === undefined) throw new Error('TORII_JOURNEY_HOME is not set: run journeys by npm test');
  return readPlatform(home);
}

/** An address nobody has used and a password that the pool's policy takes. */
export function inventCredentials(): Credentials {
  return { email: `journey-${randomBytes(6).toString('hex')}@example.com`, password: `Aa1!${randomBytes(12).toString('base64url')}` };
}

export interface Person extends Credentials {
  readonly client: MobileClient;
  readonly tokens: Tokens;
}

/** Signs up, reads the code from the inbox, confirms and logs in. */
export async function signUpPerson(platform: PlatformFile): Promise<Person> {
  const client = createMobileClient(platform);
  const credentials = inventCredentials();
  await client.signUp(credentials);
  await client.confirm(credentials.email, await readCode(platform, credentials.email));
  return { ...credentials, client, tokens: await client.logIn(credentials) };
}
