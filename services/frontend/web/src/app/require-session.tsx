import { Center, Loader } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Navigate, Outlet, useLocation } from 'react-router';
import { getSession, sessionKey } from '../api/session.ts';
import { ProblemAlert } from '../components/problem-alert.tsx';

/** Pages below are for people who are logged in; others log in first and then come back to the address they asked for. */
export function RequireSession() {
  const { pathname, search } = useLocation();
  const session = useQuery({ queryKey: sessionKey, queryFn: ({ signal }) => getSession(signal), staleTime: Infinity });
  if (session.isPending)
    return (
      <Center mih="100dvh">
        <Loader />
      </Center>
    );
  if (session.isError)
    return (
      <Center mih="100dvh" p="md">
        <ProblemAlert error={session.error} onRetry={() => void session.refetch()} />
      </Center>
    );
  if (session.data === null) return <Navigate to={`/log-in?next=${encodeURIComponent(pathname + search)}`} replace />;
  return <Outlet />;
}
