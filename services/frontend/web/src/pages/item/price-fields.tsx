import { Group, Select, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ItemForm, ItemFormFault } from '../../domain/item-form.ts';

/** Offered; an item that came with another currency keeps it. */
const CURRENCIES = ['EUR', 'USD', 'GBP', 'JPY', 'CHF'];

interface Props {
  readonly form: ItemForm;
  readonly fault: ItemFormFault | undefined;
  onChange(part: Partial<ItemForm>): void;
}

export function PriceFields({ form, fault, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <Group align="start" gap="sm" wrap="nowrap">
      <TextInput
        flex={1}
        label={t('item.price')}
        inputMode="decimal"
        placeholder={t('item.noPrice')}
        value={form.amount}
        error={fault === 'amount' ? t('item.faults.amount') : undefined}
        onChange={(event) => onChange({ amount: event.currentTarget.value })}
      />
      <Select
        w={110}
        label={t('item.currency')}
        data={[...new Set([...CURRENCIES, form.currency])]}
        allowDeselect={false}
        value={form.currency}
        onChange={(currency) => onChange({ currency: currency ?? form.currency })}
      />
    </Group>
  );
}
