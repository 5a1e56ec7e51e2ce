import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Item } from '@torii/contracts';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { categoriesKey, deleteItem, itemKey, itemsKey } from '../../api/catalog.ts';
import { announce } from '../../components/announce.ts';
import { ProblemAlert } from '../../components/problem-alert.tsx';

export function DeleteItemButton({ item, etag }: { readonly item: Item; readonly etag: string }) {
  const { t } = useTranslation();
  const [isOpen, dialog] = useDisclosure(false);
  const deletion = useDeleteItem(item, etag);
  return (
    <>
      <Button variant="default" leftSection={<IconTrash size={18} aria-hidden />} onClick={dialog.open}>
        {t('item.delete')}
      </Button>
      <Modal
        opened={isOpen}
        onClose={dialog.close}
        title={t('item.deleteTitle')}
        closeButtonProps={{ 'aria-label': t('common.close') }}
        centered
      >
        <Stack>
          <Text className="break-anywhere">{t('item.deleteText', { name: item.name })}</Text>
          <ProblemAlert error={deletion.error} />
          <Group justify="end">
            <Button variant="default" onClick={dialog.close} data-autofocus>
              {t('common.cancel')}
            </Button>
            <Button color="red" loading={deletion.isPending} onClick={() => deletion.mutate()}>
              {t('item.delete')}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}

function useDeleteItem(item: Item, etag: string) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => deleteItem(item.id, etag),
    onSuccess: async () => {
      announce(t('item.deleted', { name: item.name }));
      await navigate('/items', { replace: true });
      queries.removeQueries({ queryKey: itemKey(item.id) });
      await Promise.all([queries.invalidateQueries({ queryKey: itemsKey }), queries.invalidateQueries({ queryKey: categoriesKey })]);
    },
  });
}
