import { Button, Group, Loader, Progress, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { previewImport, uploadFile } from '../../api/jobs.ts';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { formatBytes } from '../../domain/file-size.ts';
import { DropZone } from './drop-zone.tsx';
import type { PreparedFile } from './import-page.tsx';

export function UploadStep({ onReady }: { readonly onReady: (file: PreparedFile) => void }) {
  const { t, i18n } = useTranslation();
  const { preparation, share, abort } = usePreparation(onReady);
  if (!preparation.isPending)
    return (
      <Stack>
        <DropZone onFile={preparation.mutate} />
        <ProblemAlert error={preparation.error} />
      </Stack>
    );
  const percent = Math.round(share * 100);
  return (
    <Stack role="status" gap="xs" maw={640}>
      <Group justify="space-between" wrap="nowrap">
        <Text className="break-anywhere">
          {preparation.variables.name} ({formatBytes(preparation.variables.size, i18n.language)})
        </Text>
        <Button variant="default" size="xs" onClick={abort}>
          {t('common.cancel')}
        </Button>
      </Group>
      <Progress.Root size="lg">
        <Progress.Section value={percent} aria-label={t('import.uploading')} />
      </Progress.Root>
      <Group gap="xs">
        <Loader size="xs" />
        <Text size="sm">{share < 1 ? t('import.uploadingShare', { percent }) : t('import.reading')}</Text>
      </Group>
    </Stack>
  );
}

/** Uploads the file and has it looked into; leaving the page or "cancel" stops the upload. */
function usePreparation(onReady: (file: PreparedFile) => void) {
  const [share, setShare] = useState(0);
  const controller = useRef<AbortController>(undefined);
  useEffect(() => () => controller.current?.abort(), []);
  const preparation = useMutation({
    mutationFn: async (file: File): Promise<PreparedFile> => {
      setShare(0);
      controller.current = new AbortController();
      const uploadKey = await uploadFile(file, setShare, controller.current.signal);
      setShare(1);
      return { fileName: file.name, uploadKey, preview: await previewImport(uploadKey) };
    },
    onSuccess: onReady,
  });
  const abort = () => {
    controller.current?.abort();
    preparation.reset();
  };
  return { preparation, share, abort };
}
