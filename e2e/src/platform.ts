import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a running platform tells tools and tests: `<home>/platform.json`. */
export interface PlatformFile {
  readonly web: string;
  readonly api: string;
  readonly console: string;
  readonly mail: string;
  readonly region: string;
  readonly userPoolId: string;
  readonly userPoolClientId: string;
  readonly endpoints: Readonly<Record<'cognito' | 'sqs' | 'sns' | 's3' | 'events', string>>;
  readonly caFile: string;
  readonly demo: { readonly email: string; readonly password: string };
}

/** @throws Error when no platform runs with that home folder. */
export function readPlatform(home: string): PlatformFile {
  try {
    return JSON.parse(readFileSync(join(home, 'platform.json'), 'utf8')) as PlatformFile;
  } catch (cause) {
    throw new Error(`No platform can be found in ${home}: start one with npm start`, { cause });
  }
}
