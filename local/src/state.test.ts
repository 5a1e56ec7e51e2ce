import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openState, type RecordedResource } from './state.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'torii-state-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function queueOf(physicalId: string): RecordedResource {
  const names = { stack: 'messaging', logicalId: 'Queue', type: 'AWS::SQS::Queue', generatedName: 'queue' };
  return { ...names, physicalId, properties: {}, attributes: {}, retained: false };
}

describe('openState', () => {
  it('tells a resource from the predecessor it has yet to remove, readable by its owner only', () => {
    const file = join(folder, 'resources.json');
    const state = openState(file);
    state.resources.set('messaging/Queue', queueOf('new'));
    state.outdated.push(queueOf('old'));
    state.save();
    const again = openState(file);
    expect([...again.resources.values()]).toMatchObject([{ physicalId: 'new' }]);
    expect(again.outdated).toMatchObject([{ physicalId: 'old' }]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('names a damaged file and what to do, without quoting it', () => {
    const file = join(folder, 'resources.json');
    writeFileSync(file, '{"password":"hunter2');
    expect(() => openState(file)).toThrow(
      `The platform's state cannot be read from ${file}: it is not JSON. Start over with: npm run reset`,
    );
  });
});
