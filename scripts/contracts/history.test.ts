import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readBaseline, withdraw, writeBaseline } from './baseline.ts';
import { checkContracts, RELEASED_FOLDER } from './check-contracts.ts';
import { type Contract, listContracts } from './contract.ts';
import { isBreaking } from './finding.ts';
import { readHistory } from './history.ts';
import { toJsonText } from './json-schema.ts';
import { renderReport } from './report.ts';
import { listWithdrawals } from './withdrawals.ts';

const DELETED = 'catalog.item.deleted.v1';
const CANARY = 'canary.song.sung.v1';
const canary: Contract = {
  name: CANARY,
  kind: 'event',
  writers: ['canary'],
  readers: ['cat'],
  onBus: false,
  schema: { type: 'object', properties: { song: { type: 'string' } }, required: ['song'] },
};
const source = listContracts().filter(({ name }) => name === DELETED);
let root: string;
let folder: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'torii-history-'));
  folder = join(root, 'contracts', 'released');
  // One message is history enough; all others are additions.
  cpSync(join(RELEASED_FOLDER, DELETED), join(folder, DELETED), { recursive: true });
  writeBaseline(folder, source);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const git = (...words: readonly string[]): string => {
  const { GIT_DIR: _folder, GIT_WORK_TREE: _tree, GIT_INDEX_FILE: _index, ...env } = process.env;
  const identity = ['-c', 'user.name=Canary', '-c', 'user.email=canary@example.com', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', [...identity, ...words], { cwd: root, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
};
const commit = (): void => void [git('add', '--all'), git('commit', '--quiet', '--message', 'A release')];
const commitEmpty = (): void => void git('commit', '--quiet', '--allow-empty', '--message', 'Something else');
const start = (): void => void [git('init', '--quiet', '--initial-branch=main'), commit()];
/** By hand, as somebody does who wants to get past the check. */
const takeOut = (name: string): void => {
  const { [name]: _gone, ...rest } = readBaseline(folder).manifest;
  writeFileSync(join(folder, 'manifest.json'), toJsonText(rest));
  rmSync(join(folder, name), { recursive: true, force: true });
};
const release = (change: (contract: Contract) => Contract, ...more: readonly Contract[]): void =>
  writeBaseline(folder, [...readBaseline(folder).contracts.map(change), ...more]);
const withdrawAlone = (name: string): void => {
  const entries = Object.entries(readBaseline(folder).manifest).filter(([other]) => other === name);
  withdraw(folder, Object.fromEntries(entries), '2026-11-22');
};
const same = (contract: Contract): Contract => contract;
/** As it was released; the source does not have the field. */
const withReason = (contract: Contract): Contract =>
  contract.name === DELETED
    ? { ...contract, schema: { ...contract.schema, properties: { ...Object(contract.schema['properties']), reason: { type: 'string' } } } }
    : contract;
const broken = () =>
  checkContracts(folder)
    .findings.filter(isBreaking)
    .map(({ name, rule, path }) => [name, rule, path].filter(Boolean).join(' '));

describe('a release that git remembers', () => {
  it('is one with what lies here, as long as nobody changes that by hand', () => {
    start();
    expect(broken()).toEqual([]);
    expect(checkContracts(folder).history.releases.map(({ contract }) => contract)).toEqual(source);
  });

  it('misses an entry that was taken out of the manifest with its files, also once it is committed and released anew', () => {
    start();
    takeOut(DELETED);
    expect(broken()).toEqual([`${DELETED} release-lost`]);
    commit();
    expect(broken()).toEqual([`${DELETED} release-lost`]);
    writeBaseline(folder, source);
    commit();
    rmSync(folder, { recursive: true });
    expect(broken()).toContain(`${DELETED} release-lost`);
  });

  it('is compared with the source, should entry, schema and hash have been written anew', () => {
    release(withReason);
    start();
    takeOut(DELETED);
    writeBaseline(folder, source);
    expect(broken()).toEqual([`${DELETED} example-removed`, `${DELETED} example-removed`, `${DELETED} field-removed reason`]);
  });

  it('tells once of what is gone, whoever has subscribed since the main line', () => {
    const gone = ['canary.song.sung.v1', 'canary.song.ended.v1'].map((name): Contract => ({ ...canary, name }));
    release(same, ...gone);
    start();
    release((contract) => (contract.name === CANARY ? { ...contract, readers: ['owl'] } : contract));
    const { findings } = checkContracts(folder);
    expect(findings.filter(({ name }) => name === CANARY)).toMatchObject([
      {
        rule: 'message-removed',
        breaks: [
          { reader: 'old-consumers', consumers: ['owl', 'cat'] },
          { reader: 'new-consumers', consumers: ['owl', 'cat'] },
        ],
      },
    ]);
    const report = renderReport(checkContracts(folder));
    expect(report).toContain('All 2 that are gone');
    expect(report).toContain(`--withdraw canary.song.ended.v1 --withdraw ${CANARY}\n`);
    expect(report).toContain('2 breaking, ');
  });

  it('is compared with the source in the pipeline too, where what was written anew is the main line already', () => {
    release(withReason);
    start();
    takeOut(DELETED);
    writeBaseline(folder, source);
    commit();
    expect(broken()).toContain(`${DELETED} field-removed reason`);
    // A change beside it begins anew: what is there now is what others build on.
    writeFileSync(join(root, 'contracts', 'notes.txt'), 'not committed yet');
    expect(broken()).toEqual([]);
  });

  it('misses a golden example that was taken out with its hash', () => {
    start();
    const { manifest } = readBaseline(folder);
    const [file = ''] = Object.keys(manifest[DELETED]?.examples ?? {});
    const { [file]: _gone, ...examples } = manifest[DELETED]?.examples ?? {};
    writeFileSync(join(folder, 'manifest.json'), toJsonText({ ...manifest, [DELETED]: { ...manifest[DELETED], examples } }));
    rmSync(join(folder, DELETED, 'examples', file));
    expect(broken()).toEqual([`${DELETED} example-removed`]);
  });
});

describe('a branch', () => {
  it('may change again what it has released itself', () => {
    start();
    git('checkout', '--quiet', '-b', 'branch');
    release(same, canary);
    commit();
    takeOut(CANARY);
    expect(broken()).toEqual([]);
    git('checkout', '--quiet', '--detach');
    expect(broken()).toEqual([]);
  });

  it('is held to what the main line had when it left, and not to what came later', () => {
    start();
    git('branch', 'branch');
    release(same, canary);
    commit();
    git('checkout', '--quiet', 'branch');
    expect(broken()).toEqual([]);
    takeOut(DELETED);
    expect(broken()).toEqual([`${DELETED} release-lost`]);
  });

  it('is held to the main line that others have, rather than to the one here', () => {
    start();
    git('update-ref', 'refs/remotes/origin/main', 'HEAD');
    release(same, canary);
    commit();
    takeOut(CANARY);
    expect(broken()).toEqual([]);
  });
});

describe('a message that is withdrawn', () => {
  it('leaves its name and the day in the manifest, and nothing else', () => {
    release(same, canary);
    start();
    expect(broken()).toEqual([`${CANARY} message-removed`]);
    const { entries, refusals } = listWithdrawals(checkContracts(folder, [CANARY]), [CANARY]);
    expect(refusals).toEqual([]);
    withdraw(folder, entries, '2026-11-22');
    writeBaseline(folder, source);
    expect(readBaseline(folder).manifest[CANARY]).toMatchObject({ kind: 'event', withdrawn: '2026-11-22' });
    expect(broken()).toEqual([]);
    commit();
    takeOut(DELETED);
    expect(broken()).toEqual([`${DELETED} release-lost`]);
  });

  it('may have been taken out by hand before', () => {
    release(same, canary);
    start();
    takeOut(CANARY);
    expect(broken()).toEqual([`${CANARY} release-lost`]);
    withdraw(folder, listWithdrawals(checkContracts(folder, [CANARY]), [CANARY]).entries, '2026-11-22');
    expect(broken()).toEqual([]);
  });

  it('keeps its name, in the manifest and in git', () => {
    release(withReason);
    start();
    withdrawAlone(DELETED);
    expect(broken()).toEqual([`${DELETED} withdrawn-is-back`]);
    commit();
    takeOut(DELETED);
    expect(broken()).toEqual([`${DELETED} release-lost`]);
    writeBaseline(folder, source);
    expect(broken()).toEqual([`${DELETED} withdrawn-is-back`]);
  });

  it('comes back as it was, when the withdrawal was a mistake', () => {
    start();
    withdrawAlone(DELETED);
    commit();
    git('checkout', '--quiet', 'HEAD~1', '--', 'contracts/released');
    expect(broken()).toEqual([]);
  });

  it('is still in the source, was withdrawn already, or was never released: then it is refused', () => {
    release(same, canary);
    withdrawAlone(CANARY);
    const { entries, refusals } = listWithdrawals(checkContracts(folder), [DELETED, CANARY, 'canary.song.forgotten.v1']);
    expect(entries).toEqual({});
    expect(refusals).toEqual([
      `${DELETED} cannot be withdrawn: contracts/src/topology.ts still has it.`,
      `${CANARY} cannot be withdrawn: it was, on 2026-11-22.`,
      'canary.song.forgotten.v1 cannot be withdrawn: it was never released.',
    ]);
  });
});

describe('without a history', () => {
  const note = (): string => readHistory(folder).note;

  it('the comparison says that it was skipped, and why', () => {
    expect(note()).toBe('Skipped: whether everything that was released before is still in the manifest, as this is no git checkout.');
    git('init', '--quiet');
    expect(note()).toContain('as there is no commit yet');
    takeOut(DELETED);
    expect(broken()).toEqual([]);
  });

  it('says so where there is no git', () => {
    const path = process.env['PATH'];
    process.env['PATH'] = join(root, 'nothing');
    try {
      expect(note()).toContain('as there is no git here');
    } finally {
      process.env['PATH'] = path;
    }
  });

  it('starts with the first release, in a repository that began without one', () => {
    const released = readFileSync(join(folder, 'manifest.json'), 'utf8');
    rmSync(folder, { recursive: true });
    writeFileSync(join(root, 'README.md'), 'Torii');
    start();
    expect(readHistory(folder)).toEqual({ releases: [], note: expect.stringContaining('Compared with 0 releases in git') });
    mkdirSync(folder);
    writeFileSync(join(folder, 'manifest.json'), released);
    commit();
    // By itself it follows nothing; what comes next follows it.
    expect(readHistory(folder).releases).toEqual([]);
    commitEmpty();
    expect(readHistory(folder).releases.map(({ name }) => name)).toEqual([DELETED]);
  });

  it('of which a shallow clone has a part, and says so', () => {
    start();
    release(same, canary);
    commit();
    const clone = join(root, 'clone');
    git('clone', '--quiet', '--depth=1', `file://${root}`, clone);
    const history = readHistory(join(clone, 'contracts', 'released'));
    expect(history.note).toMatch(/^Compared with 1 release in git, .* The clone is shallow: /);
    expect(history.releases.map(({ name }) => name)).toContain(CANARY);
  });

  it('reads past a manifest that a merge has spoilt', () => {
    start();
    const text = readFileSync(join(folder, 'manifest.json'), 'utf8');
    writeFileSync(join(folder, 'manifest.json'), `<<<<<<< HEAD\n${text}`);
    commit();
    writeFileSync(join(folder, 'manifest.json'), text);
    takeOut(DELETED);
    expect(broken()).toEqual([`${DELETED} release-lost`]);
  });
});
