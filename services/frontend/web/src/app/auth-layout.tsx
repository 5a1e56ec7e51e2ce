import { Center, Group, Paper, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Outlet } from 'react-router';
import { ColorSchemeSwitch } from '../components/color-scheme-switch.tsx';
import { LanguageSelect } from '../components/language-select.tsx';
import { Wordmark } from '../components/wordmark.tsx';

/** Frame of the pages before log-in: one card in the middle. */
export function AuthLayout() {
  const { t } = useTranslation();
  return (
    <Stack mih="100dvh" p="md" gap="md" bg="var(--mantine-color-body)">
      <Group component="header" justify="flex-end" gap="xs">
        <LanguageSelect />
        <ColorSchemeSwitch />
      </Group>
      <Center component="main" flex={1} pb="xl">
        <Stack w="100%" maw={420} gap="lg">
          <Stack gap={4} align="center">
            <Wordmark large />
            <Text c="dimmed" size="sm" ta="center">
              {t('common.tagline')}
            </Text>
          </Stack>
          <Paper p={{ base: 'md', xs: 'xl' }} shadow="sm">
            <Outlet />
          </Paper>
        </Stack>
      </Center>
    </Stack>
  );
}
