import { Button, Modal } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconFileExport } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ItemFilter } from '../../api/catalog.ts';
import { ExportForm } from './export-form.tsx';

/** Offers what the filter shows as a file. */
export function ExportButton({ filter }: { readonly filter: ItemFilter }) {
  const { t } = useTranslation();
  const [isOpen, dialog] = useDisclosure(false);
  return (
    <>
      <Button variant="default" leftSection={<IconFileExport size={18} aria-hidden />} onClick={dialog.open}>
        {t('export.action')}
      </Button>
      <Modal
        opened={isOpen}
        onClose={dialog.close}
        title={t('export.title')}
        closeButtonProps={{ 'aria-label': t('common.close') }}
        centered
      >
        <ExportForm filter={filter} onCancel={dialog.close} />
      </Modal>
    </>
  );
}
