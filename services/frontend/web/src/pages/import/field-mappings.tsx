import { Select, SimpleGrid, Stack, Title } from '@mantine/core';
import type { ImportPreview } from '@torii/contracts';
import { useTranslation } from 'react-i18next';
import { FIELD_TARGETS, type FieldTarget, type MappingForm } from '../../domain/import-mapping.ts';

interface Props {
  readonly form: MappingForm;
  readonly preview: ImportPreview;
  onChange(form: MappingForm): void;
}

const isRequired = (target: FieldTarget) => target === 'sku' || target === 'name';

/** For every field of an item, the column that fills it, with the first value of that column as evidence. */
export function FieldMappings({ form, preview, onChange }: Props) {
  const { t } = useTranslation();
  const choose = (target: FieldTarget, column: string | null) => {
    const { [target]: _before, ...others } = form.fields;
    onChange({ ...form, fields: column === null ? others : { ...others, [target]: column } });
  };
  return (
    <Stack component="section" gap="sm" aria-labelledby="fields-heading">
      <Title order={2} size="h4" id="fields-heading">
        {t('import.fields')}
      </Title>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="md">
        {FIELD_TARGETS.map((target) => (
          <Select
            key={target}
            label={t(`import.targets.${toKey(target)}`)}
            withAsterisk={isRequired(target)}
            placeholder={t('import.noColumn')}
            data={preview.columns}
            value={form.fields[target] ?? null}
            onChange={(column) => choose(target, column)}
            description={describeSample(form.fields[target], preview, t('import.notFilled'))}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            searchable
            clearable
          />
        ))}
      </SimpleGrid>
    </Stack>
  );
}

/** The first value found in the column. */
function describeSample(column: string | undefined, { sample }: ImportPreview, otherwise: string): string {
  if (column === undefined) return otherwise;
  const value = sample.map((row) => row[column] ?? '').find((text) => text !== '');
  return value === undefined ? '—' : `“${value.slice(0, 60)}”`;
}

// i18next reads a dot as nesting.
function toKey<T extends FieldTarget>(target: T) {
  const KEYS = {
    sku: 'sku',
    name: 'name',
    description: 'description',
    category: 'category',
    status: 'status',
    'price.amount': 'priceAmount',
    'price.amountMinor': 'priceAmountMinor',
    'price.currency': 'priceCurrency',
  } as const;
  return KEYS[target];
}
