import { ActionIcon, Button, Fieldset, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { AttributeRow, ItemFormFault } from '../../domain/item-form.ts';

interface Props {
  readonly rows: readonly AttributeRow[];
  readonly fault: ItemFormFault | undefined;
  onChange(rows: readonly AttributeRow[]): void;
}

export function AttributeEditor({ rows, fault, onChange }: Props) {
  const { t } = useTranslation();
  const change = (key: string, part: Partial<AttributeRow>) => onChange(rows.map((row) => (row.key === key ? { ...row, ...part } : row)));
  const add = () => onChange([...rows, { key: crypto.randomUUID(), name: '', text: '', isJson: false }]);
  return (
    <Fieldset legend={t('item.attributes')}>
      <Stack gap="sm">
        {rows.map((row) => (
          <AttributeFields
            key={row.key}
            row={row}
            onChange={(part) => change(row.key, part)}
            onRemove={() => onChange(rows.filter(({ key }) => key !== row.key))}
          />
        ))}
        {(fault === 'attributeName' || fault === 'attributeTwice') && (
          <Text role="alert" size="sm" c="var(--mantine-color-error)">
            {t(`item.faults.${fault}`)}
          </Text>
        )}
        <Button variant="default" size="xs" leftSection={<IconPlus size={16} aria-hidden />} onClick={add} style={{ alignSelf: 'start' }}>
          {t('item.addAttribute')}
        </Button>
      </Stack>
    </Fieldset>
  );
}

interface RowProps {
  readonly row: AttributeRow;
  onChange(part: Partial<AttributeRow>): void;
  onRemove(): void;
}

function AttributeFields({ row, onChange, onRemove }: RowProps) {
  const { t } = useTranslation();
  return (
    <Group gap="xs" wrap="nowrap" align="center">
      <TextInput
        flex={2}
        miw={0}
        aria-label={t('item.attributeName')}
        placeholder={t('item.attributeName')}
        maxLength={64}
        value={row.name}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
      <TextInput
        flex={3}
        miw={0}
        aria-label={t('item.attributeValue')}
        placeholder={t('item.attributeValue')}
        value={row.text}
        onChange={(event) => onChange({ text: event.currentTarget.value })}
      />
      <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('item.removeAttribute', { name: row.name })} onClick={onRemove}>
        <IconTrash size={18} aria-hidden />
      </ActionIcon>
    </Group>
  );
}
