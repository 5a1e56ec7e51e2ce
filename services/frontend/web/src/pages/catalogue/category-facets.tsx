import { Badge, NavLink, ScrollArea, Skeleton, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useCategories } from './use-categories.ts';

interface Props {
  /** Empty: all of them. */
  readonly selected: string;
  onSelect(category: string): void;
}

export function CategoryFacets({ selected, onSelect }: Props) {
  const { t, i18n } = useTranslation();
  const categories = useCategories();
  const numbers = new Intl.NumberFormat(i18n.language);
  const facets = categories.data ?? [];
  return (
    <Stack gap="xs" component="section" aria-label={t('catalogue.categories')}>
      <Text component="h2" size="xs" fw={700} c="dimmed" tt="uppercase">
        {t('catalogue.categories')}
      </Text>
      <ScrollArea.Autosize mah="70dvh" type="auto">
        <Facet label={t('catalogue.allCategories')} active={selected === ''} onSelect={() => onSelect('')} />
        {categories.isPending && [1, 2, 3].map((row) => <Skeleton key={row} h={34} mt={6} />)}
        {facets.map(({ name, count }) => (
          <Facet
            key={name}
            label={name}
            count={numbers.format(count)}
            active={selected === name}
            onSelect={() => onSelect(selected === name ? '' : name)}
          />
        ))}
      </ScrollArea.Autosize>
    </Stack>
  );
}

interface FacetProps {
  readonly label: string;
  readonly count?: string;
  readonly active: boolean;
  readonly onSelect: () => void;
}

function Facet({ label, count, active, onSelect }: FacetProps) {
  return (
    <NavLink
      component="button"
      type="button"
      label={label}
      active={active}
      aria-pressed={active}
      onClick={onSelect}
      style={{ borderRadius: 'var(--mantine-radius-md)' }}
      rightSection={
        count === undefined ? null : (
          <Badge variant="default" size="sm" fw={500}>
            {count}
          </Badge>
        )
      }
    />
  );
}
