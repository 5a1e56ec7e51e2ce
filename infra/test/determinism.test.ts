// A template says the same wherever and whenever it is made, and a small change of the sources is a small change of the templates.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { cloneRepository } from './clone.ts';
import { getStage, synthesizeIn, synthesizeWithOneVariableChanged, type Synthesized } from './synthesized.ts';

/** Synthesis takes a few seconds, longer on a busy machine. */
const SYNTHESIS_TIMEOUT_MS = 240_000;

/** Call stacks of whatever made a resource, for people who look for it. They name folders of the machine and are deployed nowhere. */
const CALL_STACKS = '.metadata.json';

/** Every file by its path from the folder, with what it says. */
function readFolder(folder: string): ReadonlyMap<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.name.endsWith(CALL_STACKS));
  return new Map(
    files.map(({ parentPath, name }) => [join(parentPath, name).slice(folder.length), readFileSync(join(parentPath, name), 'utf8')]),
  );
}

/** Paths of files that only one of the folders has, or that differ by a byte. */
function listDifferingFiles(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): readonly string[] {
  return [...new Set([...one.keys(), ...other.keys()])].filter((path) => one.get(path) !== other.get(path)).sort();
}

/** `<stack> <type> <logical id>` of every resource that is not the same in both. */
function listDifferingResources(before: Synthesized, after: Synthesized): readonly string[] {
  const byId = ({ resources }: Synthesized) =>
    new Map(resources.map((resource) => [`${resource.stack} ${resource.Type} ${resource.logicalId}`, JSON.stringify(resource)]));
  return listDifferingFiles(byId(before), byId(after));
}

describe('a stage that is synthesized', () => {
  it(
    'alone, from a clone in another folder, is the same to the last byte, with the bundles of its functions',
    () => {
      const clone = cloneRepository();
      try {
        const { folder, stageFolder } = synthesizeIn(clone, 'dev');
        const shared = getStage('dev').folder;
        expect(listDifferingFiles(readFolder(join(shared, 'assembly-dev')), readFolder(stageFolder))).toEqual([]);
        const bundles = readdirSync(folder).filter((name) => name.startsWith('asset.'));
        expect(bundles.length).toBeGreaterThanOrEqual(3);
        for (const bundle of bundles)
          expect(listDifferingFiles(readFolder(join(shared, bundle)), readFolder(join(folder, bundle)))).toEqual([]);
      } finally {
        rmSync(clone, { recursive: true });
      }
    },
    SYNTHESIS_TIMEOUT_MS,
  );

  it(
    'after one variable of one service has changed, differs in that task definition only: no service, no rule, no other task',
    () => {
      const changed = synthesizeWithOneVariableChanged();
      changed.remove();
      expect(listDifferingResources(getStage('dev'), changed)).toEqual([
        expect.stringMatching(/^torii-dev-svc-catalog AWS::ECS::TaskDefinition ServiceTask[0-9A-F]{8}$/),
      ]);
    },
    SYNTHESIS_TIMEOUT_MS,
  );
});

describe('a difference', () => {
  it('is found in a file, in a file that is missing and in a resource', () => {
    const files = new Map([
      ['a', '1'],
      ['b', '2'],
    ]);
    expect(
      listDifferingFiles(
        files,
        new Map([
          ['a', '1'],
          ['b', '3'],
        ]),
      ),
    ).toEqual(['b']);
    expect(listDifferingFiles(files, new Map([['a', '1']]))).toEqual(['b']);
    const dev = getStage('dev');
    const [first, ...others] = dev.resources;
    expect(listDifferingResources(dev, { ...dev, resources: others })).toEqual([`${first?.stack} ${first?.Type} ${first?.logicalId}`]);
  });
});
