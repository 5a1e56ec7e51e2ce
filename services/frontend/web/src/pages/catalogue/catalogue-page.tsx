import { Alert, Box, Button, EmptyState, Group, SegmentedControl, Stack } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconLayoutGrid, IconList, IconPackage, IconPlus, IconSearchOff } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { type ItemFilter, itemsKey, searchItems } from '../../api/catalog.ts';
import { LoadMore } from '../../components/load-more.tsx';
import { Page } from '../../components/page.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { CategoryFacets } from './category-facets.tsx';
import { ExportButton } from './export-button.tsx';
import { FilterBar } from './filter-bar.tsx';
import { ItemCards, ItemCardsSkeleton } from './item-cards.tsx';
import { ItemTable } from './item-table.tsx';
import { type FilterState, useItemFilter } from './use-item-filter.ts';

type View = 'cards' | 'table';

export function CataloguePage() {
  const { t } = useTranslation();
  const state = useItemFilter();
  const [view, setView] = useLocalStorage<View>({ key: 'torii.catalogue-view', defaultValue: 'cards' });
  return (
    <Page
      title={t('catalogue.title')}
      actions={
        <>
          <ViewSwitch view={view} onChange={setView} />
          <Group gap="sm">
            <ExportButton filter={state.filter} />
            <Button component={Link} to="/items/new" leftSection={<IconPlus size={18} aria-hidden />}>
              {t('catalogue.create')}
            </Button>
          </Group>
        </>
      }
    >
      <Group align="start" gap="xl" wrap="nowrap">
        <Box visibleFrom="md" w={220} flex="0 0 auto">
          <CategoryFacets selected={state.filter.category} onSelect={(category) => state.change({ category })} />
        </Box>
        <Stack flex={1} miw={0}>
          <FilterBar state={state} />
          <Results state={state} view={view} />
        </Stack>
      </Group>
    </Page>
  );
}

function Results({ state, view }: { readonly state: FilterState; readonly view: View }) {
  const search = useItemSearch(state.filter);
  if (search.isPending) return <ItemCardsSkeleton />;
  if (search.isError) return <ProblemAlert error={search.error} onRetry={() => void search.refetch()} />;
  const items = search.data.pages.flatMap((page) => page.items);
  if (items.length === 0) return <NothingFound state={state} />;
  return (
    <Stack aria-busy={search.isPlaceholderData} opacity={search.isPlaceholderData ? 0.5 : 1}>
      {view === 'cards' ? <ItemCards items={items} /> : <ItemTable items={items} />}
      <LoadMore hasMore={search.hasNextPage} loading={search.isFetchingNextPage} onMore={() => void search.fetchNextPage()} />
    </Stack>
  );
}

function useItemSearch(filter: ItemFilter) {
  return useInfiniteQuery({
    queryKey: [...itemsKey, filter],
    queryFn: ({ pageParam, signal }) => searchItems(filter, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
  });
}

function NothingFound({ state }: { readonly state: FilterState }) {
  const { t } = useTranslation();
  if (state.isFiltered)
    return (
      <Alert variant="transparent" role="status" p="xl">
        <EmptyState icon={<IconSearchOff aria-hidden />} title={t('catalogue.noMatch')} description={t('catalogue.noMatchText')}>
          <EmptyState.Actions>
            <Button variant="default" onClick={state.clear}>
              {t('catalogue.clear')}
            </Button>
          </EmptyState.Actions>
        </EmptyState>
      </Alert>
    );
  return (
    <EmptyState p="xl" icon={<IconPackage aria-hidden />} title={t('catalogue.empty')} description={t('catalogue.emptyText')}>
      <EmptyState.Actions>
        <Button component={Link} to="/import">
          {t('catalogue.importFile')}
        </Button>
        <Button component={Link} to="/items/new" variant="default">
          {t('catalogue.create')}
        </Button>
      </EmptyState.Actions>
    </EmptyState>
  );
}

function ViewSwitch({ view, onChange }: { readonly view: View; onChange(view: View): void }) {
  const { t } = useTranslation();
  return (
    <SegmentedControl
      // Beside the heading where the buttons need a row of their own.
      ml="auto"
      aria-label={t('catalogue.view')}
      value={view}
      onChange={(value) => onChange(value === 'table' ? 'table' : 'cards')}
      data={[
        { value: 'cards', label: <IconLayoutGrid size={18} aria-label={t('catalogue.cards')} style={{ display: 'block' }} /> },
        { value: 'table', label: <IconList size={18} aria-label={t('catalogue.table')} style={{ display: 'block' }} /> },
      ]}
    />
  );
}
