import { Alert, Code, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { Job } from '@torii/contracts';
import { useCodeMessage } from '../../components/use-problem-message.ts';

/** Why a job failed: in the reader's language, and the worker's own sentence, which knows the place in the file. */
export function JobError({ error }: { readonly error: NonNullable<Job['error']> }) {
  const findMessage = useCodeMessage();
  return (
    <Alert role="alert" color="red" icon={<IconAlertTriangle aria-hidden />} title={findMessage(error.code) ?? error.code}>
      <Stack gap="xs" align="start">
        <Text size="sm" className="break-anywhere">
          {error.message}
        </Text>
        <Code>{error.code}</Code>
      </Stack>
    </Alert>
  );
}
