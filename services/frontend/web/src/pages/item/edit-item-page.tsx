import { Alert, Button, Card, Group, Skeleton } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Item, ItemDraft } from '@torii/contracts';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import type { Answer } from '../../api/call.ts';
import { categoriesKey, changeItem, itemKey, itemsKey } from '../../api/catalog.ts';
import { hasStatus } from '../../api/problem-error.ts';
import { announce } from '../../components/announce.ts';
import { Form } from '../../components/form.tsx';
import { Page } from '../../components/page.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { decidePatch, presentItemForm } from '../../domain/item-form.ts';
import { ItemFormFields } from './item-form-fields.tsx';
import { useItem } from './use-item.ts';
import { useItemForm } from './use-item-form.ts';

export function EditItemPage() {
  const { t } = useTranslation();
  const query = useItem('edit');
  return (
    <Page title={t('item.editTitle')}>
      {query.isPending && <Skeleton h={480} role="status" aria-label={t('common.loading')} />}
      {query.isError && <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && (
        // A new form per version: after "reload" it starts from what the server has now.
        <EditItemForm key={query.data.etag} opened={query.data} onReload={() => void query.refetch()} />
      )}
    </Page>
  );
}

interface Props {
  readonly opened: Answer<Item>;
  readonly onReload: () => void;
}

function EditItemForm({ opened, onReload }: Props) {
  const { t } = useTranslation();
  const saving = useSaveItem(opened);
  const { form, fault, change, submit } = useItemForm(presentItemForm(opened.body));
  const isStale = hasStatus(saving.error, 412);
  return (
    <Card maw={760} padding="lg">
      <Form onSubmit={() => submit(saving.mutate)}>
        <ItemFormFields form={form} fault={fault} error={saving.error} onChange={change} />
        {isStale ? <StaleAlert onReload={onReload} /> : <ProblemAlert error={saving.error} />}
        <Group justify="end">
          <Button component={Link} to={`/items/${opened.body.id}`} variant="default">
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={saving.isPending} disabled={isStale}>
            {t('common.save')}
          </Button>
        </Group>
      </Form>
    </Card>
  );
}

function StaleAlert({ onReload }: { readonly onReload: () => void }) {
  const { t } = useTranslation();
  return (
    <Alert
      role="alert"
      color="yellow"
      styles={{ title: { color: 'var(--mantine-color-text)' } }}
      title={t('item.staleTitle')}
      icon={<IconRefresh aria-hidden />}
    >
      {t('item.staleText')}
      <Button mt="sm" size="xs" variant="default" display="block" onClick={onReload}>
        {t('item.reload')}
      </Button>
    </Alert>
  );
}

/** Sends only what changed, from the version that was opened: a change by somebody else in between is refused with 412. */
function useSaveItem({ body: item, etag }: Answer<Item>) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async (draft: ItemDraft) => {
      const patch = decidePatch(item, draft);
      return patch === undefined ? undefined : changeItem(item.id, patch, etag ?? '');
    },
    onSuccess: async (changed) => {
      if (changed !== undefined) {
        announce(t('item.saved'));
        void queries.invalidateQueries({ queryKey: itemsKey });
        void queries.invalidateQueries({ queryKey: categoriesKey });
      }
      await navigate(`/items/${item.id}`, { replace: true });
      if (changed !== undefined) queries.setQueryData(itemKey(item.id), changed);
    },
  });
}
