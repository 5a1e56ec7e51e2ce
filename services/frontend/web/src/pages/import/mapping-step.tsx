import { Alert, Button, Code, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Form } from '../../components/form.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { useStartJob } from '../../components/use-start-job.ts';
import { decideMapping, isComplete, presentMapping } from '../../domain/import-mapping.ts';
import { AttributeMappings } from './attribute-mappings.tsx';
import { FieldMappings } from './field-mappings.tsx';
import type { PreparedFile } from './import-page.tsx';
import { SampleTable } from './sample-table.tsx';

interface Props {
  readonly file: PreparedFile;
  readonly onBack: () => void;
}

export function MappingStep({ file, onBack }: Props) {
  const { t } = useTranslation();
  const { preview } = file;
  const [form, setForm] = useState(() => presentMapping(preview.mapping));
  const start = useStartJob();
  return (
    <Form onSubmit={() => start.mutate({ type: 'catalog-import', input: { uploadKey: file.uploadKey, mapping: decideMapping(form) } })}>
      <Text className="break-anywhere">
        {t('import.fileRead', { name: file.fileName, count: preview.columns.length })} <Code>{preview.encoding}</Code>{' '}
        <Code>{preview.delimiter === '\t' ? 'TAB' : preview.delimiter}</Code>
      </Text>
      <Stack gap="xl">
        <FieldMappings form={form} preview={preview} onChange={setForm} />
        <AttributeMappings form={form} preview={preview} onChange={setForm} />
        <SampleTable preview={preview} mapping={decideMapping(form)} />
      </Stack>
      {!isComplete(form) && (
        <Alert role="status" color="yellow">
          {t('import.incomplete')}
        </Alert>
      )}
      <ProblemAlert error={start.error} />
      <Group justify="end">
        <Button variant="default" onClick={onBack}>
          {t('import.otherFile')}
        </Button>
        <Button type="submit" disabled={!isComplete(form)} loading={start.isPending}>
          {t('import.start')}
        </Button>
      </Group>
    </Form>
  );
}
