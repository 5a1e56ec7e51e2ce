import { useTranslation } from 'react-i18next';

export const STATUSES = ['listed', 'draft', 'retired'] as const;

/** A status as people call it; one that nobody knows, which an address may hold, as it is. */
export function useStatusName(): (status: string) => string {
  const { t } = useTranslation();
  return (status) => {
    const known = STATUSES.find((each) => each === status);
    return known === undefined ? status : t(`item.statuses.${known}`);
  };
}
