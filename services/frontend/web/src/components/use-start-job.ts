import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { jobKey, jobsKey, type StartableJob, startJob } from '../api/jobs.ts';
import { useIdempotencyKey } from './use-idempotency-key.ts';

/** Starts the job and goes to its page. */
export function useStartJob() {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const keyOf = useIdempotencyKey();
  return useMutation({
    mutationFn: (request: StartableJob) => startJob(request, keyOf(request)),
    onSuccess: (job) => {
      queries.setQueryData(jobKey(job.id), job);
      void queries.invalidateQueries({ queryKey: jobsKey });
      return navigate(`/jobs/${job.id}`);
    },
  });
}
