import { Box, Stepper, Text } from '@mantine/core';
import type { ImportPreview } from '@torii/contracts';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Page } from '../../components/page.tsx';
import { MappingStep } from './mapping-step.tsx';
import { UploadStep } from './upload-step.tsx';

/** A file that lies in S3 and has been looked into. */
export interface PreparedFile {
  readonly fileName: string;
  readonly uploadKey: string;
  readonly preview: ImportPreview;
}

/** Choose a file, say which column is what, start; the job's own page shows the rest and survives a reload. */
export function ImportPage() {
  const { t } = useTranslation();
  const [file, setFile] = useState<PreparedFile>();
  return (
    <Page title={t('import.title')}>
      <Steps active={file === undefined ? 0 : 1} />
      {file === undefined ? <UploadStep onReady={setFile} /> : <MappingStep file={file} onBack={() => setFile(undefined)} />}
    </Page>
  );
}

function Steps({ active }: { readonly active: 0 | 1 }) {
  const { t } = useTranslation();
  const names = [t('import.steps.file'), t('import.steps.columns'), t('import.steps.progress')];
  return (
    <>
      <Text hiddenFrom="xs" fw={600} c="dimmed">
        {t('import.stepOf', { step: active + 1, name: names[active] })}
      </Text>
      <Box visibleFrom="xs">
        <Stepper active={active} allowNextStepsSelect={false} size="sm" iconSize={32}>
          {names.map((name) => (
            <Stepper.Step key={name} label={name} />
          ))}
        </Stepper>
      </Box>
    </>
  );
}
