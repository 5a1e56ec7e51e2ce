import { useQuery } from '@tanstack/react-query';
import { getSession, type SessionUser, sessionKey } from '../api/session.ts';

/** Who is logged in; null on the pages that need nobody. */
export function useSessionUser(): SessionUser | null {
  const session = useQuery({ queryKey: sessionKey, queryFn: ({ signal }) => getSession(signal), staleTime: Infinity });
  return session.data ?? null;
}
