import { Button, type ButtonProps } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Job } from '@torii/contracts';
import { useTranslation } from 'react-i18next';
import { getJob, jobKey } from '../../api/jobs.ts';
import { announceFailure } from '../../components/announce.ts';
import { saveFile } from '../../components/save-file.ts';
import { useProblemMessage } from '../../components/use-problem-message.ts';
import { decideOutcome } from '../../domain/job-result.ts';

interface Props extends Pick<ButtonProps, 'size' | 'variant'> {
  readonly job: Job;
}

/** A button and no link: the address of the file is signed for an hour, and this page may have been open for longer. */
export function DownloadButton({ job, ...look }: Props) {
  const { t } = useTranslation();
  const download = useDownload(job.id);
  return (
    <Button {...look} leftSection={<IconDownload size={16} aria-hidden />} loading={download.isPending} onClick={() => download.mutate()}>
      {t('export.download')}
    </Button>
  );
}

function useDownload(id: string) {
  const queries = useQueryClient();
  const describe = useProblemMessage();
  return useMutation({
    mutationFn: async () => {
      const job = await queries.fetchQuery({ queryKey: jobKey(id), queryFn: ({ signal }) => getJob(id, signal), staleTime: 0 });
      const outcome = decideOutcome(job);
      if (outcome?.kind !== 'file') throw new Error(`Job ${id} cannot be downloaded: it has no file`);
      saveFile(outcome.result.downloadUrl);
    },
    onError: (error) => announceFailure(describe(error)),
  });
}
