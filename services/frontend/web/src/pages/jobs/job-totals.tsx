import { Group, Text } from '@mantine/core';
import type { Job } from '@torii/contracts';
import { useTranslation } from 'react-i18next';

const TOTALS = ['created', 'updated', 'unchanged', 'rejected'] as const;

/** What became of the rows, on one line. */
export function JobTotals({ job }: { readonly job: Job }) {
  const { t, i18n } = useTranslation();
  const numbers = new Intl.NumberFormat(i18n.language);
  const { result } = job;
  if (result === null) return <span />;
  return (
    <Group gap="md">
      {TOTALS.map((name) => (
        <Text key={name} size="sm" c={name === 'rejected' && result.rejected > 0 ? 'var(--mantine-color-text)' : 'dimmed'}>
          {t(`jobs.totals.${name}`)} <strong>{numbers.format(result[name])}</strong>
        </Text>
      ))}
    </Group>
  );
}
