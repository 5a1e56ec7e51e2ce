import { Button, Group } from '@mantine/core';
import { IconPlayerStop, IconReload } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Job } from '@torii/contracts';
import { useTranslation } from 'react-i18next';
import { cancelJob, jobKey, jobsKey, retryJob } from '../../api/jobs.ts';
import { announceFailure } from '../../components/announce.ts';
import { useProblemMessage } from '../../components/use-problem-message.ts';
import { isUnderWay } from '../../domain/job-poll.ts';

/** Cancel while it runs, retry when it failed or was cancelled. */
export function JobActions({ job }: { readonly job: Job }) {
  const { t } = useTranslation();
  const cancel = useJobAction(job.id, cancelJob);
  const retry = useJobAction(job.id, retryJob);
  const mayRetry = job.status === 'failed' || job.status === 'cancelled';
  if (!isUnderWay(job) && !mayRetry) return null;
  return (
    <Group gap="xs">
      {isUnderWay(job) && (
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlayerStop size={16} aria-hidden />}
          loading={cancel.isPending}
          onClick={() => cancel.mutate()}
        >
          {t('jobs.cancel')}
        </Button>
      )}
      {mayRetry && (
        <Button
          variant="light"
          size="xs"
          leftSection={<IconReload size={16} aria-hidden />}
          loading={retry.isPending}
          onClick={() => retry.mutate()}
        >
          {t('jobs.retry')}
        </Button>
      )}
    </Group>
  );
}

function useJobAction(id: string, act: (id: string) => Promise<Job>) {
  const queries = useQueryClient();
  const describe = useProblemMessage();
  return useMutation({
    mutationFn: () => act(id),
    onSuccess: (job) => queries.setQueryData(jobKey(id), job),
    onError: (error) => announceFailure(describe(error)),
    // Refused or not, what the page shows may be old by now.
    onSettled: () => Promise.all([queries.invalidateQueries({ queryKey: jobsKey }), queries.invalidateQueries({ queryKey: jobKey(id) })]),
  });
}
