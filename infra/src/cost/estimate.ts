import { listResources, type AssemblyStack } from '../assembly/template.ts';
import type { Charge, Surroundings } from './charges/charge.ts';
import { findRule } from './charges/rules.ts';
import type { Price, PriceTable } from './prices.ts';
import type { Usage } from './usage.ts';

/** What all resources of one type in one stack are billed for one thing. */
export interface Line {
  readonly stack: string;
  readonly type: string;
  /** How many resources it is for. */
  readonly resources: number;
  readonly price: Price;
  /** Units of the price, a month. */
  readonly quantity: number;
  readonly monthlyUsd: number;
  readonly because: string;
}

export interface Estimate {
  readonly lines: readonly Line[];
  readonly totalUsd: number;
  /** Every price that was used, once. */
  readonly prices: readonly Price[];
}

export interface EstimateInput {
  readonly stacks: readonly AssemblyStack[];
  readonly usage: Usage;
  /** @throws Error for a region without prices */
  pricesOf(region: string): PriceTable;
}

/** @throws Error that names every type nobody has priced, or the price that is missing */
export function estimate({ stacks, usage, pricesOf }: EstimateInput): Estimate {
  assertPriced(stacks);
  const surroundings = describeSurroundings(stacks, usage);
  const charges = listResources(stacks).flatMap((place) => {
    const { type } = place.resource;
    const prices = pricesOf(place.stack.region);
    const charged: readonly Charge[] = findRule(type)?.(place, surroundings) ?? [];
    return charged.map(({ price, quantity, because }) => ({ stack: place.stack.name, type, price: prices.get(price), quantity, because }));
  });
  const alike = Map.groupBy(charges, ({ stack, type, price, because }) => [stack, type, price.id, because].join('\n'));
  const lines = [...alike.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const quantity = group.reduce((sum, charge) => sum + charge.quantity, 0);
    return [{ ...first, quantity, resources: group.length, monthlyUsd: quantity * first.price.usd }];
  });
  const prices = new Map(charges.map(({ price }) => [price.id, price]));
  return { lines, totalUsd: lines.reduce((sum, line) => sum + line.monthlyUsd, 0), prices: [...prices.values()] };
}

function assertPriced(stacks: readonly AssemblyStack[]): void {
  const types = new Set(listResources(stacks).map(({ resource }) => resource.type));
  const unknown = [...types].filter((type) => findRule(type) === undefined).toSorted();
  if (unknown.length > 0)
    throw new Error(
      `The cost cannot be estimated: nobody has priced ${unknown.join(', ')}. Add a rule in infra/src/cost/charges/, or the reason why it is free.`,
    );
}

function describeSurroundings(stacks: readonly AssemblyStack[], usage: Usage): Surroundings {
  const byType = Map.groupBy(listResources(stacks), ({ resource }) => resource.type);
  return {
    usage,
    stacks,
    find: (type) => byType.get(type) ?? [],
    shareOf: ({ type }) => 1 / (byType.get(type)?.length ?? 1),
  };
}
