// A context as the platform would give it, with a folder of its own and free ports.
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { close, listen } from '../src/http-server.ts';
import type { LocalContext, PortName, Properties, Resource } from '../src/provider.ts';
import { provideTls } from '../src/tls.ts';

export interface TrialContext extends LocalContext {
  cleanUp(): Promise<void>;
}

export async function createTrialContext(ports: readonly PortName[]): Promise<TrialContext> {
  const stateFolder = await mkdtemp(join(tmpdir(), 'torii-local-'));
  const free = new Map<PortName, number>();
  for (const name of ports) free.set(name, await findFreePort());
  return {
    region: 'eu-west-1',
    accountId: '222222222222',
    root: stateFolder,
    stateFolder,
    nativeFolder: stateFolder,
    ports: toPorts(free),
    tls: await provideTls(stateFolder),
    findAsset: () => undefined,
    log: () => undefined,
    cleanUp: () => rm(stateFolder, { recursive: true, force: true }),
  };
}

export function createResource(type: string, logicalId: string, properties: Properties): Resource {
  return { stack: 'torii-dev-trial', logicalId, type, properties, generatedName: `torii-dev-trial-${logicalId}` };
}

export async function findFreePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server, 0);
  await close(server);
  return port;
}

function toPorts(free: ReadonlyMap<PortName, number>): LocalContext['ports'] {
  const port = (name: PortName): number => free.get(name) ?? 0;
  return {
    web: port('web'),
    api: port('api'),
    console: port('console'),
    cognito: port('cognito'),
    aws: port('aws'),
    control: port('control'),
    otlp: port('otlp'),
    mariadb: port('mariadb'),
    redis: port('redis'),
  };
}
