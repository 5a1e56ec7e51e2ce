import { Alert, Button, DataList, Group, Radio, Stack, Text } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import type { ExportFormat } from '@torii/contracts';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ItemFilter } from '../../api/catalog.ts';
import { Form } from '../../components/form.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { useStartJob } from '../../components/use-start-job.ts';
import { decideExportRequest, EXPORT_FORMATS } from '../../domain/export-request.ts';
import { useStatusName } from './use-status-name.ts';

interface Props {
  readonly filter: ItemFilter;
  readonly onCancel: () => void;
}

export function ExportForm({ filter, onCancel }: Props) {
  const { t } = useTranslation();
  const [format, setFormat] = useState<ExportFormat>('csv');
  const start = useStartJob();
  return (
    <Form onSubmit={() => start.mutate(decideExportRequest(filter, format))}>
      <Text size="sm">{t('export.text')}</Text>
      <FilterFacts filter={filter} />
      {filter.q !== '' && (
        <Alert color="yellow" icon={<IconInfoCircle aria-hidden />}>
          <Text size="sm" fw={600}>
            {t('export.searchTitle')}
          </Text>
          <Text size="sm" className="break-anywhere">
            {t('export.searchText', { q: filter.q })}
          </Text>
        </Alert>
      )}
      <Text size="xs" c="dimmed">
        {t('export.lag')}
      </Text>
      <FormatChoice format={format} onChange={setFormat} />
      <ProblemAlert error={start.error} />
      <Group justify="end">
        <Button variant="default" onClick={onCancel}>
          {t('common.cancel')}
        </Button>
        <Button type="submit" loading={start.isPending}>
          {t('export.start')}
        </Button>
      </Group>
    </Form>
  );
}

function FilterFacts({ filter }: { readonly filter: ItemFilter }) {
  const { t } = useTranslation();
  const nameStatus = useStatusName();
  const facts = [
    [t('item.category'), filter.category === '' ? t('catalogue.allCategories') : filter.category],
    [t('item.status'), filter.status === '' ? t('catalogue.allStatuses') : nameStatus(filter.status)],
    [t('export.owner'), filter.mine ? t('catalogue.mine') : t('export.everybody')],
  ] as const;
  return (
    <DataList labelWidth="7rem">
      {facts.map(([label, value]) => (
        <DataList.Item key={label}>
          <DataList.ItemLabel>{label}</DataList.ItemLabel>
          <DataList.ItemValue className="break-anywhere">{value}</DataList.ItemValue>
        </DataList.Item>
      ))}
    </DataList>
  );
}

interface FormatProps {
  readonly format: ExportFormat;
  onChange(format: ExportFormat): void;
}

function FormatChoice({ format, onChange }: FormatProps) {
  const { t } = useTranslation();
  return (
    <Radio.Group label={t('export.format')} name="format" value={format}>
      <Stack gap="xs" mt="xs">
        {EXPORT_FORMATS.map((each) => (
          <Radio
            key={each}
            value={each}
            label={t(`export.formats.${each}`)}
            description={t(`export.formatHints.${each}`)}
            onChange={() => onChange(each)}
            data-autofocus={each === format ? true : undefined}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}
