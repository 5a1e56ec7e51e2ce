// What services say to each other, as it is in the source now.
import {
  commands,
  envelope,
  events,
  listQueues,
  type CommandContract,
  type CommandType,
  type EventContract,
  type EventType,
  type MessageType,
} from '@torii/contracts';
import { type ContractName, type JsonSchema, toJsonSchema } from './json-schema.ts';

/** What of a contract others build on. */
export interface Contract {
  readonly name: ContractName;
  readonly kind: 'event' | 'command' | 'envelope';
  /** The publisher of an event, the senders of a command; EventBridge for what a schedule sends. Nobody: operators send it by hand. */
  readonly writers: readonly string[];
  /** The consumers whose queues bring it: subscribers of an event, the owner of a command. */
  readonly readers: readonly string[];
  /** On the bus too, for readers that nobody here knows. */
  readonly onBus: boolean;
  /** The version that it becomes before it is handled; nobody writes it any more. */
  readonly upcastTo?: string;
  readonly schema: JsonSchema;
}

/** Every message version of the topology, and the envelope that all travel in. */
export function listContracts(): readonly Contract[] {
  return [
    describeEnvelope(),
    ...(Object.keys(events) as EventType[]).map(describeEvent),
    ...(Object.keys(commands) as CommandType[]).map(describeCommand),
  ];
}

function describeEnvelope(): Contract {
  const writers = [...new Set(Object.values(events).map(({ publisher }) => publisher))];
  const readers = [...new Set(listQueues().map(({ consumer }) => consumer))];
  return { name: 'envelope', kind: 'envelope', writers, readers, onBus: true, schema: toJsonSchema(envelope) };
}

function describeEvent(name: EventType): Contract {
  const { publisher, onBus, upcast, schema }: EventContract = events[name];
  return {
    name,
    kind: 'event',
    writers: [publisher],
    readers: readersOf(name),
    onBus: onBus === true,
    ...(upcast !== undefined && { upcastTo: upcast.to }),
    schema: toJsonSchema(schema),
  };
}

function describeCommand(name: CommandType): Contract {
  const command: CommandContract = commands[name];
  const writers = [...command.senders, ...(command.schedule === undefined ? [] : ['EventBridge'])];
  return { name, kind: 'command', writers, readers: readersOf(name), onBus: false, schema: toJsonSchema(command.schema) };
}

function readersOf(type: MessageType): readonly string[] {
  return listQueues().flatMap(({ consumer, types }) => (types.includes(type) ? [consumer] : []));
}
