import { Anchor, Avatar, Card, Group, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import type { Item } from '@torii/contracts';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ItemStatusBadge } from '../../components/status-badge.tsx';
import { formatPrice } from '../../domain/money.ts';

const COLUMNS = { base: 1, xs: 2, lg: 3 } as const;

export function ItemCards({ items }: { readonly items: readonly Item[] }) {
  return (
    <SimpleGrid component="ul" cols={COLUMNS} spacing="md" p={0} m={0} style={{ listStyle: 'none' }}>
      {items.map((item) => (
        <ItemCard key={item.id} item={item} />
      ))}
    </SimpleGrid>
  );
}

function ItemCard({ item }: { readonly item: Item }) {
  const { i18n } = useTranslation();
  return (
    <Card component="li" className="item-card">
      <Stack gap="sm" h="100%" justify="space-between">
        <Group gap="sm" wrap="nowrap" align="start">
          <Avatar aria-hidden radius="md" color="initials" name={item.category ?? item.name}>
            {(item.category ?? item.name).slice(0, 1).toUpperCase()}
          </Avatar>
          <Stack gap={2} miw={0}>
            <Anchor
              component={Link}
              to={`/items/${item.id}`}
              className="card-link"
              fw={600}
              c="var(--mantine-color-text)"
              lineClamp={2}
              underline="never"
            >
              {item.name}
            </Anchor>
            <Text size="xs" c="dimmed" truncate>
              {[item.category, item.sku].filter((part) => part !== null).join(' · ')}
            </Text>
          </Stack>
        </Group>
        <Group justify="space-between" gap="xs">
          <ItemStatusBadge status={item.status} />
          <Text fw={600} size="sm">
            {item.price === null ? '' : formatPrice(item.price, i18n.language)}
          </Text>
        </Group>
      </Stack>
    </Card>
  );
}

export function ItemCardsSkeleton() {
  const { t } = useTranslation();
  return (
    <SimpleGrid cols={COLUMNS} spacing="md" role="status" aria-label={t('common.loading')}>
      {Array.from({ length: 9 }, (_, index) => (
        <Skeleton key={index} h={116} radius="md" />
      ))}
    </SimpleGrid>
  );
}
