import { useSearchParams } from 'react-router';
import type { ItemFilter } from '../../api/catalog.ts';

export interface FilterState {
  readonly filter: ItemFilter;
  readonly isFiltered: boolean;
  change(part: Partial<ItemFilter>): void;
  clear(): void;
}

/** The filter lives in the address: it survives reload and back, and can be sent to somebody. */
export function useItemFilter(): FilterState {
  const [parameters, setParameters] = useSearchParams();
  const filter: ItemFilter = {
    q: parameters.get('q') ?? '',
    category: parameters.get('category') ?? '',
    status: parameters.get('status') ?? '',
    mine: parameters.get('owner') === 'me',
  };
  const change = (part: Partial<ItemFilter>) =>
    setParameters(toParameters({ ...filter, ...part }), { replace: true, preventScrollReset: true });
  return {
    filter,
    isFiltered: filter.q !== '' || filter.category !== '' || filter.status !== '' || filter.mine,
    change,
    clear: () => setParameters({}, { replace: true }),
  };
}

function toParameters({ q, category, status, mine }: ItemFilter): Record<string, string> {
  const all = { q, category, status, owner: mine ? 'me' : '' };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
}
