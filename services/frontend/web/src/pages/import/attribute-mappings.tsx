import { ActionIcon, Button, Group, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconArrowLeft, IconPlus, IconTrash } from '@tabler/icons-react';
import type { ImportPreview } from '@torii/contracts';
import { useTranslation } from 'react-i18next';
import { addUnusedColumns, type AttributeMapping, findUnusedColumns, type MappingForm } from '../../domain/import-mapping.ts';

interface Props {
  readonly form: MappingForm;
  readonly preview: ImportPreview;
  onChange(form: MappingForm): void;
}

/** Columns that are no field of an item are kept as attributes, under names of the user's choice. */
export function AttributeMappings({ form, preview, onChange }: Props) {
  const { t } = useTranslation();
  const set = (attributes: readonly AttributeMapping[]) => onChange({ ...form, attributes });
  const unused = findUnusedColumns(form, preview.columns).length;
  return (
    <Stack component="section" gap="sm" aria-labelledby="attributes-heading">
      <div>
        <Title order={2} size="h4" id="attributes-heading">
          {t('import.attributes')}
        </Title>
        <Text size="sm" c="dimmed">
          {t('import.attributesHint')}
        </Text>
      </div>
      {preview.mapping['attributes'] !== undefined && (
        <Select
          maw={640}
          label={t('import.attributesColumn')}
          placeholder={t('import.noColumn')}
          data={preview.columns}
          value={form.attributesColumn}
          onChange={(attributesColumn) => onChange({ ...form, attributesColumn })}
          clearable
        />
      )}
      {form.attributes.map((row) => (
        <AttributeRow
          key={row.key}
          row={row}
          columns={preview.columns}
          onChange={(part) => set(form.attributes.map((other) => (other.key === row.key ? { ...other, ...part } : other)))}
          onRemove={() => set(form.attributes.filter(({ key }) => key !== row.key))}
        />
      ))}
      <Group gap="sm">
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={() => set([...form.attributes, { key: crypto.randomUUID(), name: '', column: null }])}
        >
          {t('import.addAttribute')}
        </Button>
        {unused > 0 && (
          <Button variant="subtle" size="xs" onClick={() => onChange(addUnusedColumns(form, preview.columns))}>
            {t('import.addUnused', { count: unused })}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

interface RowProps {
  readonly row: AttributeMapping;
  readonly columns: string[];
  onChange(part: Partial<AttributeMapping>): void;
  onRemove(): void;
}

function AttributeRow({ row, columns, onChange, onRemove }: RowProps) {
  const { t } = useTranslation();
  return (
    <Group gap="xs" wrap="nowrap" maw={640}>
      <TextInput
        flex={1}
        miw={0}
        aria-label={t('item.attributeName')}
        placeholder={t('item.attributeName')}
        maxLength={64}
        value={row.name}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
      <IconArrowLeft size={16} aria-hidden style={{ flex: '0 0 auto' }} />
      <Select
        flex={1}
        miw={0}
        aria-label={t('import.columnOf', { name: row.name })}
        placeholder={t('import.noColumn')}
        data={columns}
        value={row.column}
        onChange={(column) => onChange({ column, ...(row.name === '' && column !== null ? { name: column } : {}) })}
        searchable
      />
      <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('item.removeAttribute', { name: row.name })} onClick={onRemove}>
        <IconTrash size={18} aria-hidden />
      </ActionIcon>
    </Group>
  );
}
