// The part of docs/architecture.md that is made from the topology, so that diagram, tables and code cannot differ.
import {
  commands,
  events,
  findCommand,
  findPiiPaths,
  listQueues,
  PUBLISHERS,
  type CommandType,
  type EventContract,
  type MessageType,
  type QueueTopology,
} from '@torii/contracts';
import { block, code, list, table } from './markdown.ts';

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

/** Who says what to whom. */
export function renderDiagram(queues: readonly QueueTopology[]): string {
  const topics = PUBLISHERS.map((publisher) => `  ${publisher} -- outbox --> ${publisher}_topic{{${publisher} events}}`);
  const arrows = queues.flatMap((queue) => [
    ...queue.publishers.map((publisher) => `  ${publisher}_topic -- ${label(filterOf(queue, publisher))} --> ${idOf(queue.name)}`),
    ...writersOf(queue).map(([writer, types]) => `  ${writer} -- ${label(types)} --> ${idOf(queue.name)}`),
  ]);
  const consumers = queues.map((queue) => `  ${idOf(queue.name)}[[${queue.name}]] --> ${idOf(queue.consumer)}[${queue.consumer}]`);
  const bus = [...new Set(Object.values<EventContract>(events).flatMap(({ onBus, publisher }) => (onBus === true ? [publisher] : [])))];
  return block('mermaid', [
    'flowchart LR',
    ...topics,
    ...arrows,
    ...consumers,
    ...bus.map((publisher) => `  ${publisher} -- outbox --> bus{{EventBridge}}`),
  ]);
}

/** The types that a queue takes from one publisher. */
function filterOf({ types }: QueueTopology, publisher: string): readonly MessageType[] {
  return types.filter((type) => type.startsWith(`${publisher}.`));
}

/** Who sends commands to the queue, and which: services, a schedule, people. */
function writersOf({ types }: QueueTopology): readonly (readonly [writer: string, types: readonly MessageType[]])[] {
  const sent = types.flatMap((type) => (isCommand(type) ? listWriters(type).map((writer) => ({ writer, type })) : []));
  return [...Map.groupBy(sent, ({ writer }) => writer)].map(([writer, all]) => [writer, all.map(({ type }) => type)]);
}

/** The services that send a command, the schedule that does, or people. */
export function listWriters(type: CommandType): readonly string[] {
  const command = findCommand(type);
  const writers = [...(command?.senders ?? []), ...(command?.schedule === undefined ? [] : ['schedule'])];
  return writers.length === 0 ? ['operators'] : writers;
}

function isCommand(type: MessageType): type is CommandType {
  return Object.hasOwn(commands, type);
}

function label(types: readonly MessageType[]): string {
  return types.map(shorten).join('<br/>');
}

/** Without the service, which the arrow begins at or ends in. */
function shorten(type: MessageType): string {
  return type.slice(type.indexOf('.') + 1);
}

function renderEvents(): string {
  const rows = Object.entries<EventContract>(events).map(([type, event]) => [
    code(type),
    event.upcast === undefined ? event.publisher : `nobody any more, becomes ${code(event.upcast.to)}`,
    list(event.subscribers),
    event.onBus === true ? 'yes' : '–',
    list(findPiiPaths(event.schema).map(code)),
  ]);
  return table(['event', 'published by', 'taken by', 'on the bus', 'personal data'], rows);
}

function renderCommands(): string {
  const rows = (Object.keys(commands) as CommandType[]).map((type) => [
    code(type),
    list(listWriters(type)),
    commands[type].owner,
    list(findPiiPaths(commands[type].schema).map(code)),
  ]);
  return table(['command', 'sent by', 'carried out by', 'personal data'], rows);
}

function renderQueues(queues: readonly QueueTopology[]): string {
  const rows = queues.map((queue) => [
    code(queue.name),
    queue.consumer,
    queue.publishers.length > 0
      ? `topics of ${queue.publishers.join(', ')}`
      : writersOf(queue)
          .map(([writer]) => writer)
          .join(', '),
    `${queue.settings.concurrency} × ${queue.settings.batchSize}, ${queue.settings.visibilityTimeoutSeconds} s`,
    queue.settings.rebuildable ? 'yes' : '–',
    queue.types.map(code).join('<br>'),
  ]);
  return table(['queue', 'consumer', 'fed by', 'batches × messages, invisible for', 'replayable', 'types'], rows);
}

function idOf(name: string): string {
  return name.replaceAll('-', '_');
}
