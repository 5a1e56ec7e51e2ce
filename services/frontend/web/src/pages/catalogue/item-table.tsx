import { Anchor, Table, Text } from '@mantine/core';
import type { Item } from '@torii/contracts';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ItemStatusBadge } from '../../components/status-badge.tsx';
import { formatPrice } from '../../domain/money.ts';

export function ItemTable({ items }: { readonly items: readonly Item[] }) {
  const { t, i18n } = useTranslation();
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table verticalSpacing="sm" highlightOnHover aria-label={t('catalogue.title')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('item.name')}</Table.Th>
            <Table.Th>{t('item.sku')}</Table.Th>
            <Table.Th>{t('item.category')}</Table.Th>
            <Table.Th>{t('item.status')}</Table.Th>
            <Table.Th ta="end">{t('item.price')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((item) => (
            <Table.Tr key={item.id}>
              <Table.Td>
                <Anchor component={Link} to={`/items/${item.id}`} fw={600} size="sm">
                  {item.name}
                </Anchor>
              </Table.Td>
              <Table.Td>
                <Text size="sm" ff="monospace" style={{ whiteSpace: 'nowrap' }}>
                  {item.sku}
                </Text>
              </Table.Td>
              <Table.Td>{item.category}</Table.Td>
              <Table.Td>
                <ItemStatusBadge status={item.status} />
              </Table.Td>
              <Table.Td ta="end">{item.price === null ? '' : formatPrice(item.price, i18n.language)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
