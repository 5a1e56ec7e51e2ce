import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { OperationError } from '../cli/usage-error.ts';

/** What of `<home>/platform.json` the operator's tools need. */
const platform = z.object({
  region: z.string(),
  console: z.url(),
  endpoints: z.object({ sqs: z.url(), s3: z.url(), events: z.url() }),
});
export type Platform = z.infer<typeof platform>;

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** @throws OperationError when no platform has been started with that home folder */
export function readPlatform(env: NodeJS.ProcessEnv): Platform {
  // An empty variable counts as absent.
  const home = resolve(env['TORII_HOME'] || join(ROOT, '.torii'));
  const file = join(home, 'platform.json');
  try {
    return platform.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new OperationError(
      `The platform on this machine cannot be found: ${file} ${isMissing(cause) ? 'does not exist' : 'cannot be read'}.\n` +
        'Start it with npm start, name its folder in TORII_HOME, or choose a stage in AWS with --env.',
      { cause },
    );
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
