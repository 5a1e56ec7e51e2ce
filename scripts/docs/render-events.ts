// docs/events.md: every message, what it means and who it concerns, from the contracts and their golden examples.
import { listQueues, type QueueTopology } from '@torii/contracts';
import type { Example } from '../contracts/baseline.ts';
import { type Contract } from '../contracts/contract.ts';
import { describeWriters } from '../contracts/compare-contracts.ts';
import { meaningOf } from '../contracts/json-schema.ts';
import { listFields } from './list-fields.ts';
import { block, code, list, table } from './markdown.ts';
import { renderDiagram } from './render-topology.ts';

const RUNBOOK = '[dead letters arrived](runbook.md#dead-letters-arrived), [queue is behind](runbook.md#queue-is-behind)';

const INTRODUCTION = `# Events and commands

<!-- made by npm run docs from contracts: do not edit -->

Every message that services send each other, from the schemas in \`contracts/src\` and the golden examples in \`contracts/released\`. For machines the same is in
[asyncapi.json](asyncapi.json). How to change one: [changing a contract](changing-a-contract.md).

A message is a CloudEvents envelope, delivered at least once and in any order. Handle it once (the inbox does), and order by \`aggregateversion\`. What cannot be handled
becomes a dead letter with its reason. Dead letters and history come back by \`npm run dlq\` and \`npm run replay\`.
`;

/** @param examples golden examples of all messages */
export function renderEvents(contracts: readonly Contract[], examples: readonly Example[]): string {
  const envelope = contracts.filter(({ kind }) => kind === 'envelope');
  const [events, commands] = [contracts.filter(({ kind }) => kind === 'event'), contracts.filter(({ kind }) => kind === 'command')];
  const sections = (list: readonly Contract[]): readonly string[] => list.map((contract) => renderContract(contract, examples));
  return [
    INTRODUCTION,
    renderDiagram(listQueues()),
    renderIndex([...events, ...commands]),
    '## Envelope\n',
    ...envelope.map(({ schema }) => renderFields(schema)),
    '## Events\n',
    ...sections(events),
    '## Commands\n',
    ...sections(commands),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}

function renderIndex(contracts: readonly Contract[]): string {
  return table(
    ['message', 'means', 'from', 'to'],
    contracts.map(({ name, schema, readers, ...roles }) => [
      `[${code(name)}](#${anchorOf(name)})`,
      meaningOf(schema),
      roles.upcastTo === undefined ? list(roles.writers.length === 0 ? ['operators'] : roles.writers) : 'nobody any more',
      list(readers),
    ]),
  );
}

/** As GitHub makes it of a heading. */
function anchorOf(name: string): string {
  return name.replaceAll('.', '');
}

function renderContract(contract: Contract, examples: readonly Example[]): string {
  const own = examples.filter(({ name }) => name === contract.name);
  return [
    `### ${contract.name}\n`,
    `${meaningOf(contract.schema)}\n`,
    renderRoles(contract),
    renderFields(contract.schema),
    ...own.slice(0, 1).map(({ text }) => `<details><summary>Example</summary>\n\n${block('json', [text.trimEnd()])}\n</details>\n`),
    renderExampleLinks(contract.name, own),
  ].join('\n');
}

function renderRoles(contract: Contract): string {
  const queues = listQueues().filter(({ types }) => types.some((type) => type === contract.name));
  return table(
    ['', ''],
    [
      ['from', contract.upcastTo === undefined ? describeOrigin(contract) : 'nobody any more'],
      ...(contract.upcastTo === undefined
        ? []
        : [['retired', `becomes [${code(contract.upcastTo)}](#${anchorOf(contract.upcastTo)}) before it is handled`]]),
      ['to', queues.length === 0 ? 'nobody in this repository' : queues.map(describeQueue).join('<br>')],
      ...(contract.onBus ? [['outside', 'on the EventBridge bus as well']] : []),
      ...(queues.length === 0 ? [] : [['runbook', RUNBOOK]]),
    ],
  );
}

function describeOrigin(contract: Contract): string {
  return `${describeWriters(contract)}${contract.kind === 'event' ? ', to its topic' : ', to the queue'}`;
}

function describeQueue({ name, consumer }: QueueTopology): string {
  return `${consumer}, by the queue ${code(name)}; dead letters: ${code(`${name}-dlq`)}`;
}

function renderFields(schema: Contract['schema']): string {
  const rows = listFields(schema).map(({ path, type, meaning }) => [code(path), type, meaning]);
  return rows.length === 0 ? 'Its data has no fields.\n' : table(['field', 'type', 'means'], rows);
}

function renderExampleLinks(name: string, examples: readonly Example[]): string {
  const links = examples.map(
    ({ file }) => `[${file.replace('.json', '').replaceAll('-', ' ')}](../contracts/released/${name}/examples/${file})`,
  );
  return `Golden examples: ${list(links)}. Released schema: [schema.json](../contracts/released/${name}/schema.json).\n`;
}
