import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../steps.ts';
import { type LockedPackage, listInstalled, type Lockfile, parseLockfile } from './lockfile.ts';
import { renderSbom } from './render-sbom.ts';

const LOCKFILE = {
  lockfileVersion: 3,
  packages: {
    '': { name: 'torii' },
    'services/shop': {
      name: '@torii/shop',
      version: '0.1.0',
      dependencies: { '@torii/chassis': '0.1.0', a: '^1' },
      devDependencies: { tool: '1' },
    },
    chassis: { name: '@torii/chassis', version: '0.1.0', dependencies: { b: '^2' } },
    'node_modules/@torii/chassis': { resolved: 'chassis', link: true },
    'node_modules/a': {
      version: '1.0.0',
      license: 'MIT',
      integrity: 'sha512-AAEC',
      dependencies: { b: '^1' },
      peerDependencies: { peer: '*', absent: '*' },
      peerDependenciesMeta: { absent: { optional: true } },
    },
    'node_modules/a/node_modules/b': { version: '1.5.0' },
    'node_modules/b': { version: '2.0.0', optionalDependencies: { native: '1', foreign: '1', gone: '1' } },
    'node_modules/peer': { version: '3.0.0' },
    'node_modules/native': { version: '1.0.0', os: 'linux', cpu: ['arm64'] },
    'node_modules/foreign': { version: '1.0.0', os: ['darwin'], cpu: 'arm64' },
    'node_modules/tool': { version: '1.0.0', dev: true },
  },
};

const parse = (lockfile: unknown): Lockfile => parseLockfile(JSON.stringify(lockfile));
const list = (lockfile: unknown): readonly LockedPackage[] => listInstalled(parse(lockfile), 'services/shop');

describe('the packages of an image', () => {
  it('are those that its service needs to run, each in the version that is found from there', () => {
    expect(list(LOCKFILE).map(({ path, name, version }) => `${path} ${name}@${version}`)).toEqual([
      'chassis @torii/chassis@0.1.0',
      'node_modules/a a@1.0.0',
      'node_modules/a/node_modules/b b@1.5.0',
      'node_modules/b b@2.0.0',
      'node_modules/native native@1.0.0',
      'node_modules/peer peer@3.0.0',
      'services/shop @torii/shop@0.1.0',
    ]);
  });

  it('cannot be listed when one is not in the lockfile', () => {
    const { 'node_modules/peer': _peer, ...packages } = LOCKFILE.packages;
    expect(() => list({ ...LOCKFILE, packages })).toThrow(
      'node_modules/a cannot be listed: it needs peer, which package-lock.json does not have.',
    );
    expect(() => listInstalled(parse(LOCKFILE), 'services/gone')).toThrow(/has no services\/gone/);
  });

  it('of the real services are many, and none is a tool', () => {
    const lockfile = parseLockfile(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
    const names = listInstalled(lockfile, 'services/jobs').map(({ name }) => name);
    expect(names.length).toBeGreaterThan(100);
    expect(names).toEqual(expect.arrayContaining(['sequelize', 'mysql2', 'ioredis', 'zod', '@torii/chassis', '@aws-sdk/client-sqs']));
    for (const tool of ['jest', 'fauxqs', 'react', '@torii/testing', '@torii/local', 'aws-cdk-lib']) expect(names).not.toContain(tool);
  });
});

describe('the bill of materials', () => {
  const subject = { name: 'torii-shop', revision: 'f'.repeat(40), madeAt: new Date('2026-11-22T00:00:00Z') };

  it('names each package with its hash and licence, and what needs what', () => {
    const sbom = JSON.parse(renderSbom(subject, list(LOCKFILE))) as {
      readonly components: readonly unknown[];
      readonly dependencies: readonly unknown[];
    };
    expect(sbom).toMatchObject({
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      metadata: { timestamp: '2026-11-22T00:00:00.000Z', component: { name: 'torii-shop', version: subject.revision } },
    });
    expect(sbom.components).toContainEqual({
      type: 'library',
      'bom-ref': 'a@1.0.0|node_modules/a',
      name: 'a',
      version: '1.0.0',
      purl: 'pkg:npm/a@1.0.0',
      hashes: [{ alg: 'SHA-512', content: '000102' }],
      licenses: [{ expression: 'MIT' }],
    });
    expect(sbom.components).toContainEqual(expect.objectContaining({ purl: 'pkg:npm/%40torii/chassis@0.1.0' }));
    expect(sbom.dependencies).toContainEqual({
      ref: 'a@1.0.0|node_modules/a',
      dependsOn: ['b@1.5.0|node_modules/a/node_modules/b', 'peer@3.0.0|node_modules/peer'],
    });
  });

  it('is the same text whenever it is made', () => {
    expect(renderSbom(subject, list(LOCKFILE))).toBe(renderSbom(subject, list(LOCKFILE)));
  });
});
