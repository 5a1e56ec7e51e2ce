import { Anchor, Button, Card, Group, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { IconArrowLeft, IconDownload } from '@tabler/icons-react';
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
import { decidePollDelayMs } from '../../domain/job-poll.ts';
import { JobActions } from './job-actions.tsx';
import { JobError } from './job-error.tsx';
import { JobProgress } from './job-progress.tsx';

export function JobPage() {
  const { t } = useTranslation();
  const query = useJob();
  return (
    <Stack gap="sm">
      <Anchor component={Link} to="/jobs" size="sm">
        <Group gap={4} component="span">
          <IconArrowLeft size={16} aria-hidden />
          {t('jobs.back')}
        </Group>
      </Anchor>
      <Page
        title={t('jobs.types.catalog-import')}
        actions={
          query.data !== undefined && (
            <Group gap="sm">
              <JobStatusBadge status={query.data.status} />
              <JobActions job={query.data} />
            </Group>
          )
        }
      >
        {query.isPending && <Skeleton h={200} role="status" aria-label={t('common.loading')} />}
        {query.isError && <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />}
        {query.data !== undefined && <JobDetails job={query.data} />}
      </Page>
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

function JobDetails({ job }: { readonly job: Job }) {
  const { t } = useTranslation();
  return (
    <Stack gap="lg">
      <Card padding="lg">
        <JobProgress job={job} />
        {/* Announced once per change of state, not at every poll. */}
        <Text role="status" size="sm" mt="xs">
          {t(`jobs.states.${job.status}`)}
        </Text>
      </Card>
      {job.error !== null && <JobError error={job.error} />}
      {job.result !== null && <Totals result={job.result} />}
      {job.status === 'completed' && (
        <Group>
          <Button component={Link} to="/items?owner=me">
            {t('jobs.seeItems')}
          </Button>
          <Button component={Link} to="/import" variant="default">
            {t('jobs.importAnother')}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function Totals({ result }: { readonly result: NonNullable<Job['result']> }) {
  const { t, i18n } = useTranslation();
  const numbers = new Intl.NumberFormat(i18n.language);
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }}>
      {(['created', 'updated', 'unchanged', 'rejected'] as const).map((name) => (
        <Card key={name}>
          <Text size="sm" c="dimmed">
            {t(`jobs.totals.${name}`)}
          </Text>
          <Text fz={28} fw={650} data-total={name} style={{ fontVariantNumeric: 'tabular-nums' }}>
            {numbers.format(result[name])}
          </Text>
          {name === 'rejected' && result.rejectsUrl !== null && (
            <Anchor href={result.rejectsUrl} download size="sm">
              <Group gap={4} component="span" wrap="nowrap">
                <IconDownload size={16} aria-hidden />
                {t('jobs.rejects')}
              </Group>
            </Anchor>
          )}
        </Card>
      ))}
    </SimpleGrid>
  );
}
