import { COMPUTE_RULES } from './compute.ts';
import { DATA_RULES } from './data.ts';
import { DELIVERY_RULES } from './delivery.ts';
import { FREE } from './free.ts';
import { MESSAGING_RULES } from './messaging.ts';
import { MONITORING_RULES } from './monitoring.ts';
import { NETWORK_RULES } from './network.ts';
import type { Rule } from './charge.ts';

const RULES: Readonly<Record<string, Rule>> = {
  ...NETWORK_RULES,
  ...COMPUTE_RULES,
  ...DATA_RULES,
  ...MESSAGING_RULES,
  ...MONITORING_RULES,
  ...DELIVERY_RULES,
};

/** How a type is billed; undefined for one that nobody has thought of. */
export function findRule(type: string): Rule | undefined {
  return type in FREE ? () => [] : RULES[type];
}

/** True for what would go on costing after everything around it is gone; a type that nobody has thought of might. */
export function isBilled(type: string): boolean {
  return !(type in FREE);
}
