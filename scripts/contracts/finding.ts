import type { Contract } from './contract.ts';
import type { ContractName } from './json-schema.ts';
import type { Reader, SchemaRule } from './schema-changes.ts';

/** Rules about a message as a whole, and about the baseline itself. Each has a canary in `compare-contracts.test.ts`, `baseline.test.ts` or `history.test.ts`. */
export const CONTRACT_RULES = [
  'message-removed',
  'publisher-changed',
  'owner-changed',
  'bus-left',
  'retired-without-a-successor',
  'release-lost',
  'withdrawn-is-back',
  'schema-edited',
  'example-edited',
  'example-removed',
  'example-unreadable',
  'message-added',
  'message-retired',
  'message-back',
  'subscriber-added',
  'subscriber-left',
  'sender-added',
  'sender-left',
  'bus-joined',
  'example-added',
] as const;

export type Rule = SchemaRule | (typeof CONTRACT_RULES)[number];

/** One difference between what is released and what is in the source. */
export interface Finding {
  readonly name: ContractName;
  readonly rule: Rule;
  /** Dotted path of the field; '' for the message itself. */
  readonly path: string;
  readonly text: string;
  /** Nobody: it is an addition, which only has to be released. */
  readonly breaks: readonly Break[];
}

/** Who cannot go on. */
export interface Break {
  readonly reader: Reader;
  /** By name; empty when no consumer of the topology takes it: the archive and readers outside do. */
  readonly consumers: readonly string[];
}

/** The consumers that a broken reader stands for: those that run, or those that will. */
export function breakOf(reader: Reader, released: Contract, current: Contract): Break {
  const { readers, onBus } = reader === 'old-consumers' ? released : current;
  return { reader, consumers: [...readers, ...(onBus ? ['rules on the event bus'] : [])] };
}

export function isBreaking({ breaks }: Finding): boolean {
  return breaks.length > 0;
}
