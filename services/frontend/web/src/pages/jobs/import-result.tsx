import { Anchor, Button, Group, SimpleGrid } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { ImportResult } from '../../domain/job-result.ts';
import { Figure } from './figure.tsx';

export function ImportTotals({ result }: { readonly result: ImportResult }) {
  const { t, i18n } = useTranslation();
  const numbers = new Intl.NumberFormat(i18n.language);
  return (
    <SimpleGrid cols={{ base: 2, md: 4 }}>
      {(['created', 'updated', 'unchanged', 'rejected'] as const).map((name) => (
        <Figure key={name} name={name} label={t(`jobs.totals.${name}`)} value={numbers.format(result[name])}>
          {name === 'rejected' && result.rejectsUrl !== null && (
            <Anchor href={result.rejectsUrl} download size="sm">
              <Group gap={4} component="span" wrap="nowrap">
                <IconDownload size={16} aria-hidden />
                {t('jobs.rejects')}
              </Group>
            </Anchor>
          )}
        </Figure>
      ))}
    </SimpleGrid>
  );
}

export function AfterImport() {
  const { t } = useTranslation();
  return (
    <Group>
      <Button component={Link} to="/items?owner=me">
        {t('jobs.seeItems')}
      </Button>
      <Button component={Link} to="/import" variant="default">
        {t('jobs.importAnother')}
      </Button>
    </Group>
  );
}
