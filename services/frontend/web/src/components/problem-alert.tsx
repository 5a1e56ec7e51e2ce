import { Alert, Button, Code, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ProblemError } from '../api/problem-error.ts';
import { useProblemMessage } from './use-problem-message.ts';

interface Props {
  /** Nothing is drawn without one. */
  readonly error: unknown;
  readonly onRetry?: () => void;
}

/** What went wrong in the reader's language, with the code and the correlation id to quote to support. */
export function ProblemAlert({ error, onRetry }: Props) {
  const { t } = useTranslation();
  const describe = useProblemMessage();
  if (error === null || error === undefined) return null;
  const problem = error instanceof ProblemError ? error.problem : undefined;
  return (
    <Alert role="alert" color="red" variant="light" icon={<IconAlertTriangle aria-hidden />} title={describe(error)}>
      <Stack gap="xs">
        {problem?.code === 'REQUEST_INVALID' &&
          problem.errors?.map((field) => (
            <Text key={field.path} size="sm" className="break-anywhere">
              {field.path}: {field.message}
            </Text>
          ))}
        <Group gap="xs">
          {problem !== undefined && <Code>{problem.code}</Code>}
          {problem?.correlationId !== undefined && (
            <Text size="xs" className="break-anywhere">
              {t('common.correlationId')}: {problem.correlationId}
            </Text>
          )}
        </Group>
        {onRetry !== undefined && (
          <Button size="xs" variant="default" onClick={onRetry} style={{ alignSelf: 'start' }}>
            {t('common.tryAgain')}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
