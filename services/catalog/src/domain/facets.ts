import type { CategoryFacets } from '@torii/contracts';

/** How many items have a category. */
export interface CategoryCount {
  readonly name: string;
  readonly count: number;
}

/** Beyond this many a facet is no longer a choice for people, and a client would search. */
export const MAX_FACETS = 100;

/** Adds disjoint counts up: most items first, ties by name. */
export function mergeCounts(...parts: readonly (readonly CategoryCount[])[]): CategoryFacets {
  const totals = new Map<string, number>();
  for (const { name, count } of parts.flat()) totals.set(name, (totals.get(name) ?? 0) + count);
  const categories = Array.from(totals, ([name, count]) => ({ name, count }));
  categories.sort((left, right) => right.count - left.count || (left.name < right.name ? -1 : 1));
  return { categories: categories.slice(0, MAX_FACETS) };
}
