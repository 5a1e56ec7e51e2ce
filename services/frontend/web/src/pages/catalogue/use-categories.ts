import { useQuery } from '@tanstack/react-query';
import { categoriesKey, getCategories } from '../../api/catalog.ts';

/** Categories with how many items each has, most first. */
export function useCategories() {
  return useQuery({ queryKey: categoriesKey, queryFn: ({ signal }) => getCategories(signal), staleTime: 30_000 });
}
