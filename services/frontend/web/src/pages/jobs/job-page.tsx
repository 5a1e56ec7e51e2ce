import { Anchor, Card, Group, Skeleton, Stack, Text } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { Job } from '@torii/contracts';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { categoriesKey, itemsKey } from '../../api/catalog.ts';
import { getJob, jobKey } from '../../api/jobs.ts';
import { Page } from '../../components/page.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { JobStatusBadge } from '../../components/status-badge.tsx';
import { decideJobKind } from '../../domain/job-kind.ts';
import { decidePollDelayMs } from '../../domain/job-poll.ts';
import { JobActions } from './job-actions.tsx';
import { JobError } from './job-error.tsx';
import { JobProgress } from './job-progress.tsx';
import { JobResult } from './job-result.tsx';
import { useJobName } from './use-job-name.ts';

export function JobPage() {
  const { t } = useTranslation();
  const query = useJob();
  if (query.isPending) return <Skeleton h={320} role="status" aria-label={t('common.loading')} />;
  return (
    <Stack gap="sm">
      <Anchor component={Link} to="/jobs" size="sm">
        <Group gap={4} component="span">
          <IconArrowLeft size={16} aria-hidden />
          {t('jobs.back')}
        </Group>
      </Anchor>
      {query.data !== undefined && <KnownJob job={query.data} />}
      {query.isError && <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />}
    </Stack>
  );
}

/** Asks until the job has ended; then what the catalogue showed before is out of date. */
function useJob() {
  const { id = '' } = useParams();
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: jobKey(id),
    queryFn: ({ signal }) => getJob(id, signal),
    refetchInterval: ({ state }) => decidePollDelayMs(state.data === undefined ? [] : [state.data], state.dataUpdateCount),
  });
  const isCompleted = query.data?.status === 'completed';
  useEffect(() => {
    if (!isCompleted) return;
    void queries.invalidateQueries({ queryKey: itemsKey });
    void queries.invalidateQueries({ queryKey: categoriesKey });
  }, [isCompleted, queries]);
  return query;
}

function KnownJob({ job }: { readonly job: Job }) {
  const nameJob = useJobName();
  return (
    <Page
      title={nameJob(job)}
      actions={
        <Group gap="sm">
          <JobStatusBadge status={job.status} />
          <JobActions job={job} />
        </Group>
      }
    >
      <JobDetails job={job} />
    </Page>
  );
}

function JobDetails({ job }: { readonly job: Job }) {
  const { t } = useTranslation();
  return (
    <Stack gap="lg">
      <Card padding="lg">
        <JobProgress job={job} />
        {/* Announced once per change of state, not at every poll. */}
        <Text role="status" size="sm" mt="xs">
          {t(`jobs.states.${decideJobKind(job.type)}.${job.status}`)}
        </Text>
      </Card>
      {job.error !== null && <JobError error={job.error} />}
      <JobResult job={job} />
    </Stack>
  );
}
