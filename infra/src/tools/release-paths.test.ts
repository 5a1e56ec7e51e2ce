import { describe, expect, it } from '@jest/globals';
import { SERVICES } from '../services.ts';
import { listInfrastructurePaths, listServicePaths, readWorkspaces, type Workspaces } from './release-paths.ts';

const DOCKERFILE = ['COPY package.json ./', 'COPY chassis/src chassis/src', 'COPY --from=dependencies /app/certs certs'].join('\n');

function sketch(dependencies: Readonly<Record<string, readonly string[]>>): Workspaces {
  const names = Object.keys(dependencies);
  return {
    folders: new Map(names.map((name) => [name, ['identity', 'catalog', 'jobs'].includes(name) ? `services/${name}` : name])),
    dependencies: new Map(Object.entries(dependencies)),
  };
}

describe('listServicePaths', () => {
  it('has what the service depends on, also through others, and nothing else', () => {
    const workspaces = sketch({ catalog: ['chassis', 'zod'], chassis: ['contracts'], contracts: [], local: ['contracts'] });
    expect(listServicePaths('catalog', workspaces, DOCKERFILE)).toEqual([
      'services/catalog/**',
      'chassis/**',
      'contracts/**',
      'package.json',
      'buildspec.yml',
      'scripts/deliver/**',
    ]);
  });

  it('forgets what the service depends on no more', () => {
    const workspaces = sketch({ catalog: [], chassis: ['contracts'], contracts: [] });
    expect(listServicePaths('catalog', workspaces, DOCKERFILE)).not.toContain('contracts/**');
  });

  it('refuses more than CodePipeline takes, by number', () => {
    const many = ['a', 'b', 'c', 'd', 'e'];
    const workspaces = sketch({ catalog: many, ...Object.fromEntries(many.map((name) => [name, []])) });
    expect(() => listServicePaths('catalog', workspaces, DOCKERFILE)).toThrow(
      'The pipeline of catalog cannot be triggered: it has 9 patterns, and CodePipeline takes 8.',
    );
  });

  it('refuses a service that is no workspace', () => {
    expect(() => listServicePaths('catalog', sketch({ chassis: [] }), DOCKERFILE)).toThrow('no workspace is in that folder');
  });
});

describe('listInfrastructurePaths', () => {
  it('has what functions are bundled from', () => {
    const workspaces = sketch({ infra: ['contracts'], contracts: [], identity: ['chassis'], jobs: [], chassis: [], catalog: [] });
    const includes = listInfrastructurePaths(workspaces);
    expect(includes).toEqual(
      expect.arrayContaining(['infra/**', 'contracts/**', 'services/identity/**', 'chassis/**', 'services/jobs/**']),
    );
    expect(includes).not.toContain('services/catalog/**');
  });
});

describe('readWorkspaces', () => {
  it('knows every service by its folder', () => {
    const { folders, dependencies } = readWorkspaces();
    expect([...folders.values()]).toEqual(expect.arrayContaining(SERVICES.map((service) => `services/${service}`)));
    expect(dependencies.get('@torii/catalog')).toContain('@torii/chassis');
    expect(folders.size).toBeGreaterThanOrEqual(10);
  });
});
