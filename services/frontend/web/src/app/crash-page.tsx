import { Button, Center, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** Shown when a page itself breaks, for example when its chunk is gone because a new release replaced it. */
export function CrashPage() {
  const { t } = useTranslation();
  return (
    <Center component="main" mih="100dvh" p="md">
      <Stack align="center" role="alert">
        <Title order={1} size="h3">
          {t('crash.title')}
        </Title>
        <Text ta="center">{t('crash.text')}</Text>
        <Button onClick={() => window.location.reload()}>{t('crash.reload')}</Button>
      </Stack>
    </Center>
  );
}
