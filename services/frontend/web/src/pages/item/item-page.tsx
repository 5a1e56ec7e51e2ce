import { Anchor, Badge, Button, Card, DataList, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconArrowLeft, IconPencil } from '@tabler/icons-react';
import type { Item } from '@torii/contracts';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useSessionUser } from '../../app/use-session-user.ts';
import { Page } from '../../components/page.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { ItemStatusBadge } from '../../components/status-badge.tsx';
import { formatPrice } from '../../domain/money.ts';
import { DeleteItemButton } from './delete-item-button.tsx';
import { useItem } from './use-item.ts';

export function ItemPage() {
  const { t } = useTranslation();
  const query = useItem('view');
  const user = useSessionUser();
  if (query.isPending) return <Skeleton h={320} role="status" aria-label={t('common.loading')} />;
  if (query.isError)
    return (
      <Page title={t('item.missing')}>
        <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />
        <BackToCatalogue />
      </Page>
    );
  const { body: item, etag } = query.data;
  return (
    <Stack gap="sm">
      <BackToCatalogue />
      <Page title={item.name} actions={item.ownerId === user?.id && <OwnerActions item={item} etag={etag ?? ''} />}>
        <ItemDetails item={item} />
      </Page>
    </Stack>
  );
}

function BackToCatalogue() {
  const { t } = useTranslation();
  return (
    <Anchor component={Link} to="/items" size="sm">
      <Group gap={4} component="span">
        <IconArrowLeft size={16} aria-hidden />
        {t('item.back')}
      </Group>
    </Anchor>
  );
}

function OwnerActions({ item, etag }: { readonly item: Item; readonly etag: string }) {
  const { t } = useTranslation();
  return (
    <Group gap="sm">
      <Button component={Link} to={`/items/${item.id}/edit`} leftSection={<IconPencil size={18} aria-hidden />}>
        {t('item.edit')}
      </Button>
      <DeleteItemButton item={item} etag={etag} />
    </Group>
  );
}

function ItemDetails({ item }: { readonly item: Item }) {
  const { t, i18n } = useTranslation();
  const dates = new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium', timeStyle: 'short' });
  const attributes = Object.entries(item.attributes);
  return (
    <Stack gap="md">
      <Group gap="sm">
        <ItemStatusBadge status={item.status} />
        {item.category !== null && <Badge variant="default">{item.category}</Badge>}
        {item.price !== null && (
          <Text fw={650} size="lg">
            {formatPrice(item.price, i18n.language)}
          </Text>
        )}
      </Group>
      {item.description !== null && <Text className="prewrap break-anywhere">{item.description}</Text>}
      <Facts
        rows={[
          [t('item.sku'), <Text key="sku" size="sm" ff="monospace" className="break-anywhere" children={item.sku} />],
          [t('item.version'), String(item.version)],
          [t('item.createdAt'), dates.format(new Date(item.createdAt))],
          [t('item.updatedAt'), dates.format(new Date(item.updatedAt))],
        ]}
      />
      {attributes.length > 0 && (
        <>
          <Title order={2} size="h4">
            {t('item.attributes')}
          </Title>
          <Facts rows={attributes.map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)])} />
        </>
      )}
    </Stack>
  );
}

function Facts({ rows }: { readonly rows: readonly (readonly [string, ReactNode])[] }) {
  return (
    <Card>
      <DataList withDivider labelWidth="9rem">
        {rows.map(([label, value]) => (
          <DataList.Item key={label}>
            <DataList.ItemLabel className="break-anywhere">{label}</DataList.ItemLabel>
            <DataList.ItemValue className="break-anywhere">{value}</DataList.ItemValue>
          </DataList.Item>
        ))}
      </DataList>
    </Card>
  );
}
