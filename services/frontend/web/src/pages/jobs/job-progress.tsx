import { Progress, Stack, Text } from '@mantine/core';
import type { Job } from '@torii/contracts';
import { useTranslation } from 'react-i18next';
import { isUnderWay } from '../../domain/job-poll.ts';
import { measureProgress } from '../../domain/job-progress.ts';

const COLORS: Readonly<Record<Job['status'], string>> = {
  queued: 'gray',
  running: 'blue',
  completed: 'teal',
  failed: 'red',
  cancelled: 'orange',
};

/** Bar and numbers; a bar without an end runs full while the total is not known. */
export function JobProgress({ job, slim = false }: { readonly job: Job; readonly slim?: boolean }) {
  const { t, i18n } = useTranslation();
  const numbers = new Intl.NumberFormat(i18n.language);
  const { done, total } = job.progress;
  const { percent, words } = measureProgress(job);
  return (
    <Stack gap={4}>
      <Progress.Root size={slim ? 'sm' : 'xl'}>
        <Progress.Section value={percent} color={COLORS[job.status]} animated={isUnderWay(job)} aria-label={t('jobs.progress')} />
      </Progress.Root>
      <Text size={slim ? 'xs' : 'sm'} c="dimmed" style={{ fontVariantNumeric: 'tabular-nums' }}>
        {t(`jobs.${words}`, { done: numbers.format(done), total: numbers.format(total ?? done), percent })}
      </Text>
    </Stack>
  );
}
