import { Badge } from '@mantine/core';
import type { ItemStatus, Job } from '@torii/contracts';
import { useTranslation } from 'react-i18next';

const ITEM_COLORS: Readonly<Record<ItemStatus, string>> = { draft: 'gray', listed: 'teal', retired: 'orange' };
const JOB_COLORS: Readonly<Record<Job['status'], string>> = {
  queued: 'gray',
  running: 'blue',
  completed: 'teal',
  failed: 'red',
  cancelled: 'orange',
};

export function ItemStatusBadge({ status }: { readonly status: ItemStatus }) {
  const { t } = useTranslation();
  return (
    <Badge variant="light" miw="max-content" color={ITEM_COLORS[status]}>
      {t(`item.statuses.${status}`)}
    </Badge>
  );
}

export function JobStatusBadge({ status }: { readonly status: Job['status'] }) {
  const { t } = useTranslation();
  return (
    <Badge variant="light" miw="max-content" color={JOB_COLORS[status]}>
      {t(`jobs.statuses.${status}`)}
    </Badge>
  );
}
