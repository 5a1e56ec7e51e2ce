import { Button, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import type { Job } from '@torii/contracts';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { formatBytes } from '../../domain/file-size.ts';
import { decideFileExpiry, type ExportResult, hasFile } from '../../domain/job-result.ts';
import { DownloadButton } from './download-button.tsx';
import { Figure } from './figure.tsx';

interface Props {
  readonly job: Job;
  readonly result: ExportResult;
}

/** How much was written, and the file itself while it is kept. */
export function FileResult({ job, result }: Props) {
  const { t, i18n } = useTranslation();
  const isKept = hasFile(job, new Date());
  const expiry = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium' }).format(decideFileExpiry(job));
  return (
    <Stack gap="md">
      <SimpleGrid cols={{ base: 2, md: 4 }}>
        <Figure name="rows" label={t('export.rows')} value={new Intl.NumberFormat(i18n.language).format(result.rows)} />
        <Figure name="bytes" label={t('export.size')} value={formatBytes(result.bytes, i18n.language)} />
      </SimpleGrid>
      <Group>
        {isKept && <DownloadButton job={job} />}
        <Button component={Link} to="/items" variant="default">
          {t('export.back')}
        </Button>
      </Group>
      <Text size="sm" c="dimmed">
        {t(isKept ? 'export.kept' : 'export.gone', { date: expiry })}
      </Text>
    </Stack>
  );
}
