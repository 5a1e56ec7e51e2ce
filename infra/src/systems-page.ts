import type { AssemblyStack, Place } from './assembly/template.ts';
import { findSystem, SYSTEMS, type System } from './systems.ts';

/** Stacks by the name of their stage: the environments, in their order, then what is for all of them. */
export type Stages = ReadonlyMap<string, readonly AssemblyStack[]>;

const SHARED = ['tools', 'organization'];
const INTRODUCTION = `# Systems

<!-- made by npm run docs from the synthesized templates: do not edit -->

Where each system of the [architecture](architecture.md) is: its stack, without \`torii-<env>-\`, and its logical ids in that template. A column of an
environment has how many of them it has; \`–\` is none. A system without any, though no setting turns it off, fails the tests.
`;

/** docs/systems.md. */
export function renderSystemsPage(stages: Stages): string {
  const environments = new Map([...stages].filter(([name]) => !SHARED.includes(name)));
  const shared = new Map([...stages].filter(([name]) => SHARED.includes(name)));
  return [
    INTRODUCTION,
    '## In each environment\n',
    renderTable(
      SYSTEMS.filter(({ home }) => home === 'environment'),
      environments,
    ),
    '\n## For all environments\n',
    renderTable(
      SYSTEMS.filter(({ home }) => home !== 'environment'),
      shared,
    ),
    '',
  ].join('\n');
}

interface Row {
  readonly stack: string;
  readonly logicalIds: readonly string[];
  /** Number of resources, by stage. */
  readonly counts: readonly number[];
}

function renderTable(systems: readonly System[], stages: Stages): string {
  const names = [...stages.keys()];
  const header = ['part', 'system', 'stack', 'logical ids', ...names];
  const lines = systems.flatMap((system) => {
    const rows = listRows(system, stages);
    const only = system.onlyWith === undefined ? '' : `, only with \`${system.onlyWith}\``;
    const cells = rows.length === 0 ? [{ stack: '–', logicalIds: [], counts: names.map(() => 0) }] : rows;
    return cells.map(({ stack, logicalIds, counts }) => [
      system.part,
      `${system.name}${only}`,
      stack,
      logicalIds.map((id) => `\`${id}\``).join(', ') || '–',
      ...counts.map((count) => (count === 0 ? '–' : String(count))),
    ]);
  });
  return [header, header.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** One for each stack that has any of it. */
function listRows(system: System, stages: Stages): readonly Row[] {
  const found = [...stages].flatMap(([stage, stacks]) => findSystem(system, stacks).map((place) => ({ stage, ...describe(stage, place) })));
  const byStack = Map.groupBy(found, ({ stack }) => stack);
  return [...byStack].map(([stack, places]) => ({
    stack,
    logicalIds: [...new Set(places.map(({ logicalId }) => logicalId))],
    counts: [...stages.keys()].map((name) => places.filter(({ stage }) => stage === name).length),
  }));
}

function describe(stage: string, { stack, logicalId }: Place): { readonly stack: string; readonly logicalId: string } {
  return {
    stack: stack.name.replace(`torii-${stage}-`, ''),
    // CDK puts the stage before the name of one secret, and hashes it.
    logicalId: logicalId.replace(new RegExp(`^${stage}(?=[A-Z])`), '<env>').replace(/[0-9A-F]{8}[0-9a-f]{32}$/, '…'),
  };
}
