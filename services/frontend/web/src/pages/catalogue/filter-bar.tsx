import { Box, Group, Select, Switch, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCategories } from './use-categories.ts';
import type { FilterState } from './use-item-filter.ts';
import { STATUSES } from './use-status-name.ts';

/** Long enough for a typist's pause, short enough to feel live. */
const SEARCH_DELAY_MS = 250;

export function FilterBar({ state }: { readonly state: FilterState }) {
  const { t } = useTranslation();
  const { filter, change } = state;
  const categories = useCategories();
  return (
    <Group role="search" aria-label={t('catalogue.search')} gap="sm" align="center">
      <SearchBox q={filter.q} onSearch={(q) => change({ q })} />
      <Box hiddenFrom="md" flex="1 1 140px">
        <Select
          aria-label={t('item.category')}
          placeholder={t('catalogue.allCategories')}
          data={(categories.data ?? []).map(({ name }) => name)}
          value={filter.category === '' ? null : filter.category}
          onChange={(category) => change({ category: category ?? '' })}
          searchable
          clearable
        />
      </Box>
      <Select
        flex="1 1 120px"
        maw={{ md: 170 }}
        aria-label={t('item.status')}
        placeholder={t('catalogue.allStatuses')}
        data={STATUSES.map((status) => ({ value: status, label: t(`item.statuses.${status}`) }))}
        value={filter.status === '' ? null : filter.status}
        onChange={(status) => change({ status: status ?? '' })}
        clearable
      />
      <Switch label={t('catalogue.mine')} checked={filter.mine} onChange={(event) => change({ mine: event.currentTarget.checked })} />
    </Group>
  );
}

function SearchBox({ q, onSearch }: { readonly q: string; onSearch(q: string): void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(q);
  const search = useDebouncedCallback(onSearch, SEARCH_DELAY_MS);
  // The address changed by other means: back, or "clear".
  useEffect(() => setText(q), [q]);
  return (
    <TextInput
      type="search"
      flex="1 1 240px"
      aria-label={t('catalogue.searchLabel')}
      placeholder={t('catalogue.searchLabel')}
      leftSection={<IconSearch size={18} aria-hidden />}
      maxLength={200}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        search(event.currentTarget.value);
      }}
    />
  );
}
