// The rules that docker/compose.yaml keeps, beyond the specification's own schema.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import { parse } from 'yaml';

export interface ComposeService {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly profiles?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: Readonly<Record<string, unknown>>;
  readonly network_mode?: string;
  readonly privileged?: boolean;
}

export interface Compose {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes?: Readonly<Record<string, unknown>>;
}

const require = createRequire(import.meta.url);

/** The specification's own, which a linter of such files brings along. */
function parseSchema(): object {
  const folder = dirname(require.resolve('dclint/package.json'));
  const { $schema: _dialect, ...schema } = JSON.parse(readFileSync(join(folder, 'schemas', 'compose.schema.json'), 'utf8')) as {
    readonly $schema: string;
  };
  return schema;
}

// Its formats ("duration", "ports") and its address of the dialect are known to nobody else.
const matchesSchema = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(parseSchema());

/** @throws Error when it is no YAML; what the schema refuses is a fault, see `listComposeFaults`. */
export function parseCompose(text: string): Compose {
  return parse(text, { uniqueKeys: true }) as Compose;
}

const PINNED = /^[\w.-]+(\/[\w.-]+)*:v?\d+\.\d+\.\d+[\w.-]*(@sha256:[0-9a-f]{64})?$/;
/** A port of its own by variable; a container's port fixed. */
const LOOPBACK_PORT = /^127\.0\.0\.1:\$\{[A-Z_]+:-\d+\}:\d+$/;

export function listComposeFaults(compose: Compose): readonly string[] {
  if (!matchesSchema(compose)) return (matchesSchema.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  const volumes = Object.keys(compose.volumes ?? {});
  return Object.entries(compose.services).flatMap(([name, service]) =>
    listServiceFaults(service, volumes).map((fault) => `${name} ${fault}`),
  );
}

function listServiceFaults(service: ComposeService, volumes: readonly string[]): readonly string[] {
  const { image = 'nothing', ports = [], profiles = [] } = service;
  const sources = (service.volumes ?? []).map((volume) => volume.split(':')[0] ?? '');
  return [
    ...(PINNED.test(image) ? [] : [`runs ${image}, whose version is not whole`]),
    ...ports.filter((port) => !LOOPBACK_PORT.test(port)).map((port) => `publishes ${port}, not on loopback or not movable`),
    ...(service.healthcheck === undefined && profiles.length === 0 ? ['has no healthcheck'] : []),
    ...sources
      .filter((source) => !/^[./]/.test(source) && !volumes.includes(source))
      .map((source) => `mounts ${source}, which is no volume`),
    ...(sources.some((source) => source.includes('docker.sock')) ? ['may command the engine'] : []),
    ...(service.privileged === true ? ['is privileged'] : []),
  ];
}
