// docker/compose.yaml without Docker: valid, on loopback only, and its README tells the truth about it.
import { describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { listComposeFaults, parseCompose, type Compose } from './compose.ts';
import { listInstructions, parseImage } from './dockerfile.ts';
import { readText, ROOT } from './repository.ts';

const text = readText('docker/compose.yaml');
const compose = parseCompose(text);
const readme = readText('docker/README.md');

/** Exporters, receivers and processors that a pipeline names and nobody configures. */
function listUnknownParts(config: CollectorConfig): readonly string[] {
  const known = [config.receivers, config.processors, config.exporters].flatMap((parts) => Object.keys(parts));
  const named = Object.values(config.service.pipelines).flatMap(({ receivers, processors, exporters }) => [
    ...receivers,
    ...processors,
    ...exporters,
  ]);
  const extensions = config.service.extensions.filter((name) => !Object.hasOwn(config.extensions, name));
  return [...named.filter((name) => !known.includes(name)), ...extensions];
}

interface CollectorConfig {
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly receivers: Readonly<Record<string, unknown>>;
  readonly processors: Readonly<Record<string, unknown>>;
  readonly exporters: Readonly<Record<string, unknown>>;
  readonly service: {
    readonly extensions: readonly string[];
    readonly pipelines: Readonly<
      Record<
        string,
        { readonly receivers: readonly string[]; readonly processors: readonly string[]; readonly exporters: readonly string[] }
      >
    >;
  };
}

function parseCollectorConfig(config: string): CollectorConfig {
  return parse(config) as CollectorConfig;
}

describe('docker/compose.yaml', () => {
  it('is valid by the schema of the specification, and keeps our rules', () => {
    expect(Object.keys(compose.services)).toEqual(['platform', 'mariadb', 'valkey', 'collector']);
    expect(listComposeFaults(compose)).toEqual([]);
  });

  it('runs the platform as npm start does, by the Node of the images, from a folder that is there', () => {
    const { image, command = [], volumes = [] } = compose.services['platform'] ?? {};
    const { scripts } = JSON.parse(readText('package.json')) as { readonly scripts: Readonly<Record<string, string>> };
    expect(command.join(' ')).toBe(scripts['start']);
    expect(image).toBe(parseImage(readText('services/catalog/Dockerfile')).stages[0]?.from.getImage());
    expect(volumes.map((volume) => volume.split(':')[1])).toEqual(['/torii', '/torii/node_modules', '/torii/.torii']);
    expect(command.slice(1).filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  it('configures every part that its collector uses, as the one beside each task does', () => {
    const configs = [compose.services['collector']?.environment?.['AOT_CONFIG_CONTENT'] ?? '', readText('docker/otel-collector.yaml')];
    expect(configs.map(parseCollectorConfig).flatMap(listUnknownParts)).toEqual([]);
  });

  it('is documented: each service, port variable and volume', () => {
    const variables = [...text.matchAll(/\$\{(\w+):-(\d+)\}/g)].map(([, name, port]) => `\`${name}\` | ${port}`);
    expect(variables.length).toBeGreaterThan(3);
    expect(
      [...Object.keys(compose.services).map((name) => `\`${name}\``), ...variables].filter((words) => !readme.includes(words)),
    ).toEqual([]);
  });
});

describe('docker/README.md', () => {
  it('names services, profiles and files that there are', () => {
    const commands = [...readme.matchAll(/^docker compose (.*)$/gm)].map(([, words = '']) => words);
    const services = Object.keys(compose.services);
    const profiles = Object.values(compose.services).flatMap((service) => service.profiles ?? []);
    expect(commands.length).toBeGreaterThan(3);
    expect(commands.filter((words) => !words.startsWith('-f docker/compose.yaml '))).toEqual([]);
    const named = commands.flatMap(
      (words) => /(?:--wait|exec|logs -f) ([a-z ]+?)(?: -|$| mariadb| valkey-cli)/.exec(words)?.[1]?.split(' ') ?? [],
    );
    expect(named.length).toBeGreaterThan(2);
    expect(named.filter((name) => !services.includes(name))).toEqual([]);
    expect(commands.flatMap((words) => /--profile (\w+)/.exec(words)?.[1] ?? []).filter((profile) => !profiles.includes(profile))).toEqual(
      [],
    );
  });

  it('gives the build of a service that there is, with an argument that its Dockerfile has', () => {
    const [, file = ''] = /docker buildx build .*-f (\S+)/.exec(readme.replaceAll('\\\n', '')) ?? [];
    expect(existsSync(join(ROOT, file))).toBe(true);
    const args = [...readme.matchAll(/--build-arg ([A-Z_]+)=/g)].map(([, name]) => name).filter((name) => name !== 'SOURCE_DATE_EPOCH');
    const known = listInstructions(parseImage(readText(file)).last, 'ARG').map((line) => line.getArgumentsContent()?.split('=')[0]);
    expect(args).toEqual(known);
  });
});

describe('the guards of compose files', () => {
  const change = (from: string, to: string): Compose => parseCompose(text.replace(from, to));

  it.each([
    [
      'a word that the specification lacks',
      change('    healthcheck:', '    healthchek:'),
      '/services/mariadb must NOT have additional properties',
    ],
    ['a port for everybody', change('127.0.0.1:${TORII_MARIADB_PORT:-3306}:3306', "'3306:3306'"), 'mariadb publishes 3306:3306'],
    ['a version that moves', change('valkey/valkey:8.0.10', 'valkey/valkey:8'), 'valkey runs valkey/valkey:8, whose version is not whole'],
    ['a volume that is not declared', change('- mariadb:/var', '- data:/var'), 'mariadb mounts data, which is no volume'],
    [
      'no healthcheck',
      change("    healthcheck:\n      test: ['CMD', '/healthcheck']\n      interval: 5s\n      timeout: 5s\n      retries: 10\n", ''),
      'collector has no healthcheck',
    ],
    ['a way to the engine', change('- ..:/torii', '- /var/run/docker.sock:/torii'), 'platform may command the engine'],
    ['privileges', change('    init: true', '    privileged: true'), 'platform is privileged'],
  ])('notice %s', (_what, bad, fault) => {
    expect(listComposeFaults(bad)).toEqual([expect.stringContaining(fault)]);
  });

  it('notice a collector whose pipeline names what nobody configured', () => {
    const config = readText('docker/otel-collector.yaml').replace('[awsxray]', '[canary]');
    expect(listUnknownParts(parseCollectorConfig(config))).toEqual(['canary']);
  });
});
