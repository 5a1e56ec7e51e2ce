import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { getItem, itemKey } from '../../api/catalog.ts';

/** The item of the address, with the version it was read at. While it is being edited nothing reads it again unasked. */
export function useItem(purpose: 'view' | 'edit') {
  const { id = '' } = useParams();
  const mayRefresh = purpose === 'view';
  return useQuery({
    queryKey: itemKey(id),
    queryFn: ({ signal }) => getItem(id, signal),
    refetchOnWindowFocus: mayRefresh,
    refetchOnReconnect: mayRefresh,
  });
}
