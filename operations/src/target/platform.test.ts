import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readPlatform } from './platform.ts';

const PLATFORM = {
  region: 'eu-west-1',
  console: 'http://localhost:8002',
  endpoints: { sqs: 'http://127.0.0.1:8004', s3: 'http://127.0.0.1:8004', events: 'http://127.0.0.1:8005' },
};
let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'torii-home-'));
});
afterEach(() => rmSync(home, { recursive: true }));

/** The platform, or why there is none. */
function attempt(env: NodeJS.ProcessEnv): unknown {
  try {
    return readPlatform(env);
  } catch (error) {
    return String(error);
  }
}

describe('readPlatform', () => {
  it('reads where the platform of a home is', () => {
    writeFileSync(join(home, 'platform.json'), JSON.stringify(PLATFORM));
    expect(readPlatform({ TORII_HOME: home })).toEqual(PLATFORM);
  });

  it('takes an empty TORII_HOME for none, and not for the folder that the command is typed in', () => {
    const folder = process.cwd();
    writeFileSync(join(home, 'platform.json'), JSON.stringify(PLATFORM));
    process.chdir(home);
    try {
      expect(attempt({ TORII_HOME: '' })).toEqual(attempt({}));
    } finally {
      process.chdir(folder);
    }
  });

  it('names the file that is damaged, and says what to do', () => {
    writeFileSync(join(home, 'platform.json'), '{');
    expect(() => readPlatform({ TORII_HOME: home })).toThrow(`${join(home, 'platform.json')} cannot be read.\nStart it with npm start`);
  });
});
