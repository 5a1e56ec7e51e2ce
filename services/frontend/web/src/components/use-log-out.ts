import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { logOut, sessionKey } from '../api/session.ts';

/** Ends the session on the server and forgets everything that was read with it. */
export function useLogOut() {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: logOut,
    onSuccess: async () => {
      await navigate('/log-in');
      queries.clear();
      queries.setQueryData(sessionKey, null);
    },
  });
}
