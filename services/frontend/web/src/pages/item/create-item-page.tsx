import { Button, Card, Group } from '@mantine/core';
import type { ItemDraft } from '@torii/contracts';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { categoriesKey, createItem, itemsKey } from '../../api/catalog.ts';
import { announce } from '../../components/announce.ts';
import { Form } from '../../components/form.tsx';
import { Page } from '../../components/page.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { useIdempotencyKey } from '../../components/use-idempotency-key.ts';
import { emptyItemForm } from '../../domain/item-form.ts';
import { ItemFormFields } from './item-form-fields.tsx';
import { useItemForm } from './use-item-form.ts';

export function CreateItemPage() {
  const { t } = useTranslation();
  const creation = useCreateItem();
  const { form, fault, change, submit } = useItemForm(emptyItemForm);
  return (
    <Page title={t('item.createTitle')}>
      <Card maw={760} padding="lg">
        <Form onSubmit={() => submit(creation.mutate)}>
          <ItemFormFields form={form} fault={fault} error={creation.error} onChange={change} />
          <ProblemAlert error={creation.error} />
          <Group justify="end">
            <Button component={Link} to="/items" variant="default">
              {t('common.cancel')}
            </Button>
            <Button type="submit" loading={creation.isPending}>
              {t('item.create')}
            </Button>
          </Group>
        </Form>
      </Card>
    </Page>
  );
}

function useCreateItem() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const keyOf = useIdempotencyKey();
  return useMutation({
    mutationFn: (draft: ItemDraft) => createItem(draft, keyOf(draft)),
    onSuccess: async (item) => {
      announce(t('item.created', { name: item.name }));
      await Promise.all([queries.invalidateQueries({ queryKey: itemsKey }), queries.invalidateQueries({ queryKey: categoriesKey })]);
      await navigate(`/items/${item.id}`, { replace: true });
    },
  });
}
