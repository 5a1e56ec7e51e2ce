// The part of docs/architecture.md that is made from the topology, so that diagram, tables and code cannot differ.
import { commands, events, findPiiPaths, listQueues, PUBLISHERS, type MessageType, type QueueTopology } from '@torii/contracts';

const START = '<!-- made by npm run docs from contracts/src/topology.ts: do not edit -->';
const END = '<!-- end -->';

/**
 * The page with its made part made again.
 * @throws Error when the page has no place for it
 */
export function renderPage(page: string): string {
  const [before, rest] = splitAt(page, START);
  const [, after] = splitAt(rest, END);
  return `${before}${START}\n\n${renderTopology()}\n${END}${after}`;
}

function splitAt(text: string, mark: string): readonly [before: string, after: string] {
  const index = text.indexOf(mark);
  if (index === -1) throw new Error(`docs/architecture.md cannot be made: it has no line ${mark}`);
  return [text.slice(0, index), text.slice(index + mark.length)];
}

function renderTopology(): string {
  return [renderDiagram(listQueues()), renderEvents(), renderCommands(), renderQueues(listQueues())].join('\n');
}

function renderDiagram(queues: readonly QueueTopology[]): string {
  const topics = PUBLISHERS.map((publisher) => `  ${publisher} -- outbox --> ${publisher}_topic{{${publisher} events}}`);
  const arrows = queues.flatMap((queue) => [
    ...queue.publishers.map((publisher) => `  ${publisher}_topic -- ${filterOf(queue, publisher)} --> ${idOf(queue.name)}`),
    ...queue.senders.map((sender) => `  ${sender} -- ${queue.types.map(shorten).join('<br/>')} --> ${idOf(queue.name)}`),
  ]);
  const consumers = queues.map((queue) => `  ${idOf(queue.name)}[[${queue.name}]] --> ${idOf(queue.consumer)}[${queue.consumer}]`);
  const bus = [...new Set(Object.values(events).flatMap((event) => ('onBus' in event ? [event.publisher] : [])))];
  return block('mermaid', [
    'flowchart LR',
    ...topics,
    ...arrows,
    ...consumers,
    ...bus.map((publisher) => `  ${publisher} -- outbox --> bus{{EventBridge}}`),
  ]);
}

/** The types that a queue takes from one publisher. */
function filterOf({ types }: QueueTopology, publisher: string): string {
  return types
    .filter((type) => type.startsWith(`${publisher}.`))
    .map(shorten)
    .join('<br/>');
}

/** Without the service, which the arrow begins at or ends in. */
function shorten(type: MessageType): string {
  return type.slice(type.indexOf('.') + 1);
}

function renderEvents(): string {
  const rows = Object.entries(events).map(([type, event]) => [
    `\`${type}\``,
    event.publisher,
    list(event.subscribers),
    'onBus' in event ? 'yes' : '–',
    list(findPiiPaths(event.schema).map((path) => `\`${path}\``)),
  ]);
  return table(['event', 'published by', 'taken by', 'on the bus', 'personal data'], rows);
}

function renderCommands(): string {
  const rows = Object.entries(commands).map(([type, command]) => [
    `\`${type}\``,
    list(command.senders),
    command.owner,
    list(findPiiPaths(command.schema).map((path) => `\`${path}\``)),
  ]);
  return table(['command', 'sent by', 'carried out by', 'personal data'], rows);
}

function renderQueues(queues: readonly QueueTopology[]): string {
  const rows = queues.map(({ name, consumer, publishers, senders, types }) => [
    `\`${name}\``,
    consumer,
    publishers.length > 0 ? `topics of ${publishers.join(', ')}` : senders.join(', '),
    types.map((type) => `\`${type}\``).join('<br>'),
  ]);
  return table(['queue', 'consumer', 'fed by', 'types'], rows);
}

function list(items: readonly string[]): string {
  return items.length === 0 ? '–' : items.join(', ');
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return `${lines.join('\n')}\n`;
}

function block(language: string, lines: readonly string[]): string {
  return `\`\`\`${language}\n${lines.join('\n')}\n\`\`\`\n`;
}

function idOf(name: string): string {
  return name.replaceAll('-', '_');
}
