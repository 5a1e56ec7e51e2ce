import { Group, Text } from '@mantine/core';
import type { Job } from '@torii/contracts';
import { useTranslation } from 'react-i18next';
import { formatBytes } from '../../domain/file-size.ts';
import { decideOutcome, type ImportResult } from '../../domain/job-result.ts';

const TOTALS = ['created', 'updated', 'unchanged', 'rejected'] as const;

/** What came of a job, on one line. */
export function JobTotals({ job }: { readonly job: Job }) {
  const { t, i18n } = useTranslation();
  const numbers = new Intl.NumberFormat(i18n.language);
  const outcome = decideOutcome(job);
  switch (outcome?.kind) {
    case undefined:
      return <span />;
    case 'import':
      return <ImportTotals result={outcome.result} />;
    case 'file':
      return (
        <Group gap="md">
          <Total label={t('export.rows')} value={numbers.format(outcome.result.rows)} />
          <Total label={t('export.size')} value={formatBytes(outcome.result.bytes, i18n.language)} />
        </Group>
      );
    case 'counts':
      return (
        <Group gap="md">
          {outcome.counts.map(([name, count]) => (
            <Total key={name} label={name} value={numbers.format(count)} />
          ))}
        </Group>
      );
  }
}

/** What became of the rows. */
function ImportTotals({ result }: { readonly result: ImportResult }) {
  const { t, i18n } = useTranslation();
  const numbers = new Intl.NumberFormat(i18n.language);
  return (
    <Group gap="md">
      {TOTALS.map((name) => (
        <Total
          key={name}
          label={t(`jobs.totals.${name}`)}
          value={numbers.format(result[name])}
          strong={name === 'rejected' && result.rejected > 0}
        />
      ))}
    </Group>
  );
}

function Total({ label, value, strong = false }: { readonly label: string; readonly value: string; readonly strong?: boolean }) {
  return (
    <Text size="sm" c={strong ? 'var(--mantine-color-text)' : 'dimmed'}>
      {label} <strong>{value}</strong>
    </Text>
  );
}
