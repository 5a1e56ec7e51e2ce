import { Button, FileButton, Stack, Text } from '@mantine/core';
import { IconFileTypeCsv } from '@tabler/icons-react';
import { type DragEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';

/** Drop a file, or choose one with the button: dragging is never the only way. */
export function DropZone({ onFile }: { readonly onFile: (file: File) => void }) {
  const { t } = useTranslation();
  const [isOver, setOver] = useState(false);
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file !== undefined) onFile(file);
  };
  const onDragOver = (event: DragEvent) => {
    event.preventDefault();
    setOver(true);
  };
  return (
    <Stack
      className="drop-zone"
      {...(isOver ? { 'data-over': true } : {})}
      align="center"
      py={48}
      px="md"
      gap="sm"
      onDrop={onDrop}
      onDragOver={onDragOver}
      onDragLeave={() => setOver(false)}
    >
      <IconFileTypeCsv size={48} stroke={1.2} aria-hidden />
      <Text fw={600}>{t('import.drop')}</Text>
      <Text size="sm" c="dimmed" ta="center" maw={460}>
        {t('import.dropHint')}
      </Text>
      <FileButton
        accept=".csv,.tsv,.txt,text/csv"
        onChange={(file) => file !== null && onFile(file)}
        inputProps={{ 'aria-label': t('import.choose') }}
      >
        {(props) => <Button {...props}>{t('import.choose')}</Button>}
      </FileButton>
    </Stack>
  );
}
