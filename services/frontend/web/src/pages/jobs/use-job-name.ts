import type { Job } from '@torii/contracts';
import { useTranslation } from 'react-i18next';
import { decideJobKind } from '../../domain/job-kind.ts';

/** What people call the job; one that these pages do not know, by its type. */
export function useJobName(): (job: Pick<Job, 'type'>) => string {
  const { t } = useTranslation();
  return ({ type }) => t(`jobs.types.${decideJobKind(type)}`, { type });
}
