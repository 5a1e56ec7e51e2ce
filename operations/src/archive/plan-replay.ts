// What a replay would send, and whether it may: decided from the topology alone, before anything is connected to.
import {
  commands,
  events,
  findEvent,
  listQueues,
  type EventType,
  type Publisher,
  type QueueName,
  type QueueTopology,
} from '@torii/contracts';
import { OperationError, UsageError } from '../cli/usage-error.ts';

export interface ReplayPlan {
  readonly queue: QueueTopology;
  /** Those that were asked for, and the retired versions of each, which become it when they are handled. */
  readonly types: readonly EventType[];
  /** Of `types`, those that nobody asked for. */
  readonly predecessors: readonly EventType[];
  readonly publishers: readonly Publisher[];
}

export interface ReplayRequest {
  readonly queue: string;
  /** Undefined: every event of the queue. */
  readonly types: readonly string[] | undefined;
  /** Also to a queue that is not rebuildable. */
  readonly isForced: boolean;
}

/** @throws UsageError for a queue or type that does not exist, OperationError where the replay would do harm or nothing */
export function planReplay(request: ReplayRequest): ReplayPlan {
  const queue = getEventsQueue(request.queue);
  const asked = (request.types ?? queue.types).map(parseEventType);
  const stranger = asked.find((type) => !queue.types.includes(type));
  if (stranger !== undefined)
    throw new OperationError(
      `${stranger} cannot be replayed to ${queue.name}: its consumer does not handle it, and would make a dead letter of each. ` +
        `It handles ${queue.types.join(', ')}.`,
    );
  if (!queue.settings.rebuildable && !request.isForced)
    throw new OperationError(
      `Nothing can be replayed to ${queue.name}: the topology does not call it rebuildable, so its inbox drops every message that had its effect ` +
        'there already. Only messages it never handled would take effect; --force sends them all the same. ' +
        `Rebuildable are ${listRebuildable().join(', ')}.`,
    );
  const types = queue.types.map(parseEventType).filter((type) => asked.some((wanted) => leadsTo(type, wanted)));
  return {
    queue,
    types,
    predecessors: types.filter((type) => !asked.includes(type)),
    publishers: [...new Set(types.map((type) => events[type].publisher))],
  };
}

export function listRebuildable(): readonly QueueName[] {
  return listQueues()
    .filter(({ settings }) => settings.rebuildable)
    .map(({ name }) => name);
}

function getEventsQueue(name: string): QueueTopology {
  const queues = listQueues().filter(({ kind }) => kind === 'events');
  const queue = queues.find((each) => each.name === name);
  if (queue !== undefined) return queue;
  const isCommands = listQueues().some((each) => each.name === name);
  throw new UsageError(
    `--to-queue cannot be ${JSON.stringify(name)}: ${isCommands ? 'commands are not archived, only events are' : 'the topology has no such queue'}. ` +
      `Events go to ${queues.map((each) => each.name).join(', ')}.`,
  );
}

function parseEventType(type: string): EventType {
  if (Object.hasOwn(events, type)) return type as EventType;
  if (Object.hasOwn(commands, type))
    throw new UsageError(
      `--type cannot be ${type}: it is a command, and only events are archived. Redrive brings back commands that failed.`,
    );
  throw new UsageError(`--type cannot be ${JSON.stringify(type)}: no contract has it. docs/architecture.md lists the events.`);
}

/** True when a message of `type` is handled as one of `wanted`, or of a version on the way there. */
function leadsTo(type: EventType, wanted: EventType): boolean {
  if (type === wanted) return true;
  const successor = findEvent(type)?.upcast?.to;
  return successor !== undefined && leadsTo(parseEventType(successor), wanted);
}
