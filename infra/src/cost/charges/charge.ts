import type { AssemblyStack, Place, Resource } from '../../assembly/template.ts';
import type { Usage } from '../usage.ts';

/** AWS's own average: 365 days of 24 hours, by twelve. */
export const HOURS = 730;

/** One thing a resource is billed for. */
export interface Charge {
  /** Id of the price. */
  readonly price: string;
  /** Units of that price, a month. */
  readonly quantity: number;
  /** What was taken for granted, and why it is so many. */
  readonly because: string;
}

export interface Surroundings {
  readonly usage: Usage;
  readonly stacks: readonly AssemblyStack[];
  /** All resources of the type, in all stacks. */
  find(type: string): readonly Place[];
  /** One resource's part of what all of its type do together. */
  shareOf(resource: Resource): number;
}

/** What a resource of one type is billed for; nothing when it happens to be free. */
export type Rule = (place: Place, surroundings: Surroundings) => readonly Charge[];
