import { Autocomplete, Group, SegmentedControl, Stack, Text, Textarea, TextInput } from '@mantine/core';
import type { ItemStatus } from '@torii/contracts';
import { useTranslation } from 'react-i18next';
import { findFieldMessage } from '../../api/problem-error.ts';
import type { ItemForm, ItemFormFault } from '../../domain/item-form.ts';
import { useCategories } from '../catalogue/use-categories.ts';
import { AttributeEditor } from './attribute-editor.tsx';
import { PriceFields } from './price-fields.tsx';

const STATUSES: readonly ItemStatus[] = ['draft', 'listed', 'retired'];

export interface ItemFormProps {
  readonly form: ItemForm;
  readonly fault: ItemFormFault | undefined;
  /** The server's refusal, for messages beside their fields. */
  readonly error: unknown;
  onChange(part: Partial<ItemForm>): void;
}

export function ItemFormFields({ form, fault, error, onChange }: ItemFormProps) {
  const { t } = useTranslation();
  const categories = useCategories();
  return (
    <Stack gap="md">
      <TextInput
        label={t('item.name')}
        required
        maxLength={300}
        value={form.name}
        error={findFieldMessage(error, 'name')}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
      <Group grow preventGrowOverflow={false} align="start">
        <TextInput
          label={t('item.sku')}
          description={t('item.skuHint')}
          required
          maxLength={64}
          value={form.sku}
          error={findFieldMessage(error, 'sku')}
          onChange={(event) => onChange({ sku: event.currentTarget.value })}
        />
        <Autocomplete
          label={t('item.category')}
          description={t('item.categoryHint')}
          maxLength={100}
          data={(categories.data ?? []).map(({ name }) => name)}
          value={form.category}
          error={findFieldMessage(error, 'category')}
          onChange={(category) => onChange({ category })}
        />
      </Group>
      <Textarea
        label={t('item.description')}
        autosize
        minRows={3}
        maxLength={10_000}
        value={form.description}
        error={findFieldMessage(error, 'description')}
        onChange={(event) => onChange({ description: event.currentTarget.value })}
      />
      <PriceFields form={form} fault={fault} onChange={onChange} />
      <StatusControl status={form.status} onChange={(status) => onChange({ status })} />
      <AttributeEditor rows={form.attributes} fault={fault} onChange={(attributes) => onChange({ attributes })} />
    </Stack>
  );
}

function StatusControl({ status, onChange }: { readonly status: ItemStatus; onChange(status: ItemStatus): void }) {
  const { t } = useTranslation();
  return (
    <Stack gap={4}>
      <Text component="span" size="sm" fw={500} id="status-label">
        {t('item.status')}
      </Text>
      <SegmentedControl
        aria-labelledby="status-label"
        value={status}
        onChange={onChange}
        data={STATUSES.map((value) => ({ value, label: t(`item.statuses.${value}`) }))}
      />
      <Text size="xs" c="dimmed">
        {t(`item.statusHints.${status}`)}
      </Text>
    </Stack>
  );
}
