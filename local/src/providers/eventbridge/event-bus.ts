// Buses and their rules, and the way of an event through them. Guarantee: when `put` resolves, every queue and topic the
// event matched has it, or its delivery is being tried again.
import { randomUUID } from 'node:crypto';
import type { Properties } from '../../provider.ts';
import { matchesPattern } from './pattern.ts';
import { runSchedule, type Schedule } from './schedule.ts';
import type { Target, TargetDelivery } from './targets.ts';

export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly bus: string;
  readonly isEnabled: boolean;
  readonly pattern?: Properties;
  readonly schedule?: Schedule;
  readonly targets: readonly Target[];
}
export interface EventInit {
  readonly source: string;
  readonly detailType: string;
  readonly detail: Properties;
  readonly resources?: readonly string[];
  readonly time?: Date;
}
export interface EventBuses {
  addBus(name: string): void;
  removeBus(name: string): void;
  hasBus(name: string): boolean;
  /** Adds the rule or takes the place of the one of that name. */
  setRule(rule: Rule): void;
  removeRule(bus: string, name: string): void;
  listRules(bus: string): readonly Rule[];
  /** Returns the event's id. */
  put(bus: string, event: EventInit): Promise<string>;
  /** An event that already is one, from another bus. */
  route(bus: string, event: Properties): Promise<void>;
  /** Schedules run from here on. */
  start(): void;
  stop(): void;
}

interface EventBusesInit {
  readonly region: string;
  readonly accountId: string;
  readonly delivery: TargetDelivery;
}

export function createEventBuses(init: EventBusesInit): EventBuses {
  const { delivery } = init;
  const buses = new Map<string, Map<string, Rule>>([['default', new Map()]]);
  const rulesOf = (bus: string): Map<string, Rule> => {
    const rules = buses.get(bus) ?? new Map<string, Rule>();
    buses.set(bus, rules);
    return rules;
  };
  const sendToTargets = async (rule: Rule, event: Properties): Promise<void> => {
    await Promise.all(rule.targets.map((target) => delivery.deliver(target, event, rule.arn)));
  };
  const route = async (bus: string, event: Properties): Promise<void> => {
    const matched = [...rulesOf(bus).values()].filter(
      ({ isEnabled, pattern }) => isEnabled && pattern !== undefined && matchesPattern(pattern, event),
    );
    await Promise.all(matched.map((rule) => sendToTargets(rule, event)));
  };
  const scheduler = createScheduler((rule, time) => {
    const event = composeEvent(init, { source: 'aws.events', detailType: 'Scheduled Event', detail: {}, resources: [rule.arn], time });
    void sendToTargets(rule, event);
  });
  return {
    addBus: (name) => void rulesOf(name),
    removeBus: (name) => void buses.delete(name),
    hasBus: (name) => buses.has(name),
    setRule: (rule) => {
      rulesOf(rule.bus).set(rule.name, rule);
      scheduler.set(rule);
    },
    removeRule: (bus, name) => {
      buses.get(bus)?.delete(name);
      scheduler.remove(bus, name);
    },
    listRules: (bus) => [...(buses.get(bus)?.values() ?? [])],
    put: async (bus, event) => {
      const composed = composeEvent(init, event);
      await route(bus, composed);
      return composed.id;
    },
    route,
    start: () => scheduler.start([...buses.values()].flatMap((rules) => [...rules.values()])),
    stop: () => scheduler.stop(),
  };
}

function composeEvent({ region, accountId }: EventBusesInit, event: EventInit): { readonly id: string } & Properties {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': event.detailType,
    source: event.source,
    account: accountId,
    time: (event.time ?? new Date()).toISOString().replace(/\.\d+Z$/, 'Z'),
    region,
    resources: event.resources ?? [],
    detail: event.detail,
  };
}

interface Scheduler {
  start(rules: readonly Rule[]): void;
  /** Runs the rule's schedule, if it has one, in place of the one before. */
  set(rule: Rule): void;
  remove(bus: string, name: string): void;
  stop(): void;
}

function createScheduler(fire: (rule: Rule, at: Date) => void): Scheduler {
  const stops = new Map<string, () => void>();
  let isRunning = false;
  const remove = (bus: string, name: string): void => {
    stops.get(`${bus}/${name}`)?.();
    stops.delete(`${bus}/${name}`);
  };
  const set = (rule: Rule): void => {
    remove(rule.bus, rule.name);
    if (!isRunning || rule.schedule === undefined || !rule.isEnabled) return;
    stops.set(
      `${rule.bus}/${rule.name}`,
      runSchedule(rule.schedule, (at) => fire(rule, at)),
    );
  };
  return {
    start: (rules) => {
      isRunning = true;
      for (const rule of rules) set(rule);
    },
    set,
    remove,
    stop: () => {
      isRunning = false;
      for (const stop of stops.values()) stop();
      stops.clear();
    },
  };
}
