import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ProblemError } from '../api/problem-error.ts';
import { sessionKey } from '../api/session.ts';

const MAX_RETRIES = 2;

/** Repeats only what may pass by itself: no answer, or a server out of breath. */
function isWorthRetrying(failures: number, error: unknown): boolean {
  if (failures >= MAX_RETRIES) return false;
  return error instanceof ProblemError && (error.problem.status === 0 || error.problem.status >= 502);
}

/** A refused token ends the session here too, so that the page goes to log-in instead of failing piece by piece. */
export function createQueryClient(): QueryClient {
  const onError = (error: unknown) => {
    if (error instanceof ProblemError && error.problem.status === 401) client.setQueryData(sessionKey, null);
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: { retry: isWorthRetrying, staleTime: 10_000 },
      mutations: { retry: false },
    },
  });
  return client;
}
