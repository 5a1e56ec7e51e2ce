// Code that is about no domain compiles whatever the topology holds: a domain that is taken away may have had the only retired version, the
// only event on the bus or the only schedule. The compiler sees these sources beside a copy of the contracts that has none of them.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as Contracts from '@torii/contracts';
import { listSources, ROOT } from './repository.ts';

/** What not every row of the topology has. */
const OPTIONAL_PARTS = /^ *(?:upcast|schedule): \{.*\},\n|, onBus: true/gm;
/** How the table of events would be asked without `findEvent`. */
const CANARY = `import { events, type EventType } from '@torii/contracts';
export const successorOf = (type: EventType): string | undefined => 'upcast' in events[type] ? events[type].upcast.to : undefined;
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'torii-smaller-'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'canary', type: 'module' }));
  cpSync(join(ROOT, 'contracts', 'src'), join(folder, 'contracts'), { recursive: true });
  const topology = join(folder, 'contracts', 'topology.ts');
  writeFileSync(topology, readFileSync(topology, 'utf8').replaceAll(OPTIONAL_PARTS, ''));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function compile(files: readonly string[]): string {
  const project = join(folder, 'tsconfig.json');
  const compilerOptions = {
    paths: { '@torii/contracts': [join(folder, 'contracts', 'index.ts')] },
    typeRoots: [join(ROOT, 'node_modules', '@types')],
    // The copy imports what made its upcasts.
    noUnusedLocals: false,
  };
  writeFileSync(project, JSON.stringify({ extends: join(ROOT, 'tsconfig.json'), compilerOptions, files }));
  return spawnSync(join(ROOT, 'node_modules', '.bin', 'tsc'), ['--project', project, '--pretty', 'false'], {
    cwd: folder,
    encoding: 'utf8',
  }).stdout;
}

describe('a topology without retired versions, events on the bus and schedules', () => {
  it('is what the copy is', async () => {
    const { commands, events } = (await import(join(folder, 'contracts', 'index.ts'))) as Pick<typeof Contracts, 'commands' | 'events'>;
    const parts = new Set([...Object.values(events), ...Object.values(commands)].flatMap((row) => Object.keys(row)));
    expect([...parts].toSorted()).toEqual(['owner', 'publisher', 'schema', 'senders', 'subscribers']);
  });

  it('lets all sources compile that are about no domain, and refuses who asks a row of the table for what no row has', () => {
    const sources = listSources('chassis', 'operations', 'scripts', 'testing', 'local', 'infra').filter((path) => path.endsWith('.ts'));
    expect(sources.length).toBeGreaterThan(300);
    const canary = join(folder, 'canary.ts');
    writeFileSync(canary, CANARY);
    expect(compile([canary, ...sources.map((path) => join(ROOT, path))])).toMatch(/^canary\.ts\(2,\d+\): error TS2571: .*\n$/);
  });
});
