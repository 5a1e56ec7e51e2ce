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

export interface EventBusesInit {
  readonly region: string;
  readonly accountId: string;
  readonly delivery: TargetDelivery;
}

export function createEventBuses({ region, accountId, delivery }: EventBusesInit): EventBuses {
  const buses = new Map<string, Map<string, Rule>>([['default', new Map()]]);
  const schedules = new Map<string, () => void>();
  let isRunning = false;
  const rulesOf = (bus: string): Map<string, Rule> => {
    const rules = buses.get(bus) ?? new Map<string, Rule>();
    buses.set(bus, rules);
    return rules;
  };
  const compose = (event: EventInit): { readonly id: string } & Properties => ({
    version: '0',
    id: randomUUID(),
    'detail-type': event.detailType,
    source: event.source,
    account: accountId,
    time: (event.time ?? new Date()).toISOString().replace(/\.\d+Z$/, 'Z'),
    region,
    resources: event.resources ?? [],
    detail: event.detail,
  });
  const sendToTargets = async (rule: Rule, event: Properties): Promise<void> => {
    await Promise.all(rule.targets.map((target) => delivery.deliver(target, event, rule.arn)));
  };
  const stopSchedule = (rule: Pick<Rule, 'bus' | 'name'>): void => {
    schedules.get(`${rule.bus}/${rule.name}`)?.();
    schedules.delete(`${rule.bus}/${rule.name}`);
  };
  const startSchedule = (rule: Rule): void => {
    if (rule.schedule === undefined || !rule.isEnabled) return;
    const fire = (time: Date): void =>
      void sendToTargets(rule, compose({ source: 'aws.events', detailType: 'Scheduled Event', detail: {}, resources: [rule.arn], time }));
    schedules.set(`${rule.bus}/${rule.name}`, runSchedule(rule.schedule, fire));
  };
  const route = async (bus: string, event: Properties): Promise<void> => {
    const matched = [...rulesOf(bus).values()].filter(({ isEnabled, pattern }) => isEnabled && pattern !== undefined && matchesPattern(pattern, event));
    await Promise.all(matched.map((rule) => sendToTargets(rule, event)));
  };
  return {
    addBus: (name) => void rulesOf(name),
    removeBus: (name) => void buses.delete(name),
    hasBus: (name) => buses.has(name),
    setRule: (rule) => {
      stopSchedule(rule);
      rulesOf(rule.bus).set(rule.name, rule);
      if (isRunning) startSchedule(rule);
    },
    removeRule: (bus, name) => {
      stopSchedule({ bus, name });
      buses.get(bus)?.delete(name);
    },
    listRules: (bus) => [...(buses.get(bus)?.values() ?? [])],
    put: async (bus, init) => {
      const event = compose(init);
      await route(bus, event);
      return event.id;
    },
    route,
    start: () => {
      isRunning = true;
      for (const rules of buses.values()) for (const rule of rules.values()) startSchedule(rule);
    },
    stop: () => {
      isRunning = false;
      for (const stop of schedules.values()) stop();
      schedules.clear();
    },
  };
}
