import { Anchor, Button, Card, EmptyState, Group, Skeleton, Stack, Text } from '@mantine/core';
import { IconFileImport, IconListCheck } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { Job } from '@torii/contracts';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { jobsKey, listJobs } from '../../api/jobs.ts';
import { LoadMore } from '../../components/load-more.tsx';
import { Page } from '../../components/page.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { JobStatusBadge } from '../../components/status-badge.tsx';
import { useCodeMessage } from '../../components/use-problem-message.ts';
import { decidePollDelayMs } from '../../domain/job-poll.ts';
import { hasFile } from '../../domain/job-result.ts';
import { DownloadButton } from './download-button.tsx';
import { JobActions } from './job-actions.tsx';
import { JobProgress } from './job-progress.tsx';
import { JobTotals } from './job-totals.tsx';
import { useJobName } from './use-job-name.ts';

export function JobsPage() {
  const { t } = useTranslation();
  return (
    <Page
      title={t('jobs.title')}
      actions={
        <Button component={Link} to="/import" leftSection={<IconFileImport size={18} aria-hidden />}>
          {t('import.title')}
        </Button>
      }
    >
      <JobList />
    </Page>
  );
}

function JobList() {
  const { t } = useTranslation();
  const list = useJobList();
  if (list.isPending) return <Skeleton h={240} role="status" aria-label={t('common.loading')} />;
  if (list.isError) return <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />;
  const jobs = list.data.pages.flatMap((page) => page.jobs);
  if (jobs.length === 0)
    return <EmptyState p="xl" icon={<IconListCheck aria-hidden />} title={t('jobs.empty')} description={t('jobs.emptyText')} />;
  return (
    <Stack>
      <Stack component="ul" p={0} m={0} gap="sm" style={{ listStyle: 'none' }}>
        {jobs.map((job) => (
          <JobCard key={job.id} job={job} />
        ))}
      </Stack>
      <LoadMore hasMore={list.hasNextPage} loading={list.isFetchingNextPage} onMore={() => void list.fetchNextPage()} />
    </Stack>
  );
}

function useJobList() {
  return useInfiniteQuery({
    queryKey: jobsKey,
    queryFn: ({ pageParam, signal }) => listJobs(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: ({ state }) => decidePollDelayMs(state.data?.pages.flatMap((page) => page.jobs) ?? [], state.dataUpdateCount),
  });
}

function JobCard({ job }: { readonly job: Job }) {
  const { i18n } = useTranslation();
  const nameJob = useJobName();
  const dates = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'medium' });
  return (
    <Card component="li">
      <Stack gap="xs">
        <Group justify="space-between" gap="xs">
          <Group gap="sm">
            <Anchor component={Link} to={`/jobs/${job.id}`} fw={600}>
              {nameJob(job)}
            </Anchor>
            <JobStatusBadge status={job.status} />
          </Group>
          <Text size="sm" c="dimmed">
            {dates.format(new Date(job.createdAt))}
          </Text>
        </Group>
        <JobProgress job={job} slim />
        <Group justify="space-between" gap="xs">
          {job.error === null ? <JobTotals job={job} /> : <JobReason error={job.error} />}
          {hasFile(job, new Date()) ? <DownloadButton job={job} size="xs" variant="light" /> : <JobActions job={job} />}
        </Group>
      </Stack>
    </Card>
  );
}

function JobReason({ error }: { readonly error: NonNullable<Job['error']> }) {
  const findMessage = useCodeMessage();
  return (
    <Text size="sm" c="var(--mantine-color-error)" className="break-anywhere">
      {findMessage(error.code) ?? error.message}
    </Text>
  );
}
