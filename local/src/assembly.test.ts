import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAssembly, sortByDependency } from './assembly.ts';

describe('readAssembly', () => {
  let folder = '';
  const write = (file: string, value: unknown): void => writeFileSync(join(folder, file), JSON.stringify(value));
  const stack = (name: string, dependencies: readonly string[]) => ({
    type: 'aws:cloudformation:stack',
    environment: 'aws://222222222222/eu-west-1',
    dependencies,
    properties: { templateFile: `${name}.json`, stackName: `torii-dev-${name}` },
  });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'torii-assembly-'));
    mkdirSync(join(folder, 'assembly-dev'));
    write('manifest.json', {
      artifacts: { 'assembly-dev': { type: 'cdk:cloud-assembly', displayName: 'dev', properties: { directoryName: 'assembly-dev' } } },
    });
    write('assembly-dev/manifest.json', {
      artifacts: {
        B: stack('b', ['A', 'B.assets']),
        A: stack('a', []),
        'B.assets': { type: 'cdk:asset-manifest', properties: { file: 'B.assets.json' } },
      },
    });
    for (const name of ['a', 'b']) write(`assembly-dev/${name}.json`, { Resources: {} });
    write('assembly-dev/B.assets.json', { files: { x: { source: { path: '../asset.x' }, destinations: { d: { objectKey: 'x.zip' } } } } });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('lists stacks after the stacks they depend on, with account and region', () => {
    const { stacks } = readAssembly(folder, 'dev');
    expect(stacks.map(({ name, accountId, region }) => [name, accountId, region])).toEqual([
      ['torii-dev-a', '222222222222', 'eu-west-1'],
      ['torii-dev-b', '222222222222', 'eu-west-1'],
    ]);
  });

  it('finds an asset by its object key', () => {
    const assembly = readAssembly(folder, 'dev');
    expect(assembly.findAsset('x.zip')).toBe(join(folder, 'asset.x'));
    expect(assembly.findAsset('y.zip')).toBeUndefined();
  });

  it('says what to do when there is no assembly or no such stage', () => {
    expect(() => readAssembly(join(folder, 'nowhere'), 'dev')).toThrow('npm run synth');
    expect(() => readAssembly(folder, 'prod')).toThrow('The stage prod cannot be started: the assembly has dev');
  });

  it('names a file that is no template', () => {
    write('assembly-dev/a.json', {});
    expect(() => readAssembly(folder, 'dev')).toThrow('a.json cannot be used as a template');
  });
});

describe('sortByDependency', () => {
  it('keeps the order of what does not depend on each other', () => {
    expect(sortByDependency(['c', 'a', 'b'], (name) => (name === 'c' ? ['b', 'elsewhere'] : []))).toEqual(['b', 'c', 'a']);
  });
});
