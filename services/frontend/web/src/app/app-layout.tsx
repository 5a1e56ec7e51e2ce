import { AppShell, Burger, Button, Container, Drawer, Group, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconBooks, IconFileImport, IconListCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link, Outlet, ScrollRestoration, useLocation } from 'react-router';
import { AccountMenu } from '../components/account-menu.tsx';
import { ColorSchemeSwitch } from '../components/color-scheme-switch.tsx';
import { LanguageSelect } from '../components/language-select.tsx';
import { Wordmark } from '../components/wordmark.tsx';
import { ProfileLanguage } from './profile-language.tsx';

const HEADER_HEIGHT_PX = 60;

const DESTINATIONS = [
  { to: '/items', label: 'nav.catalogue', Icon: IconBooks },
  { to: '/import', label: 'nav.import', Icon: IconFileImport },
  { to: '/jobs', label: 'nav.jobs', Icon: IconListCheck },
] as const;

/** Frame of every page for people who are logged in: landmarks, navigation, language, colours, account. */
export function AppLayout() {
  const { t } = useTranslation();
  const [menuOpen, menu] = useDisclosure(false);
  return (
    <AppShell header={{ height: HEADER_HEIGHT_PX }} padding="md">
      <a className="skip-link" href="#main">
        {t('nav.skip')}
      </a>
      <AppShell.Header>
        <Container size="xl" h="100%">
          <Group h="100%" justify="space-between" wrap="nowrap">
            <Group gap="lg" wrap="nowrap">
              <Burger hiddenFrom="sm" size="sm" opened={menuOpen} onClick={menu.toggle} aria-label={t('nav.menu')} />
              <Wordmark />
              <Group component="nav" gap={4} visibleFrom="sm" aria-label={t('nav.label')}>
                <Destinations />
              </Group>
            </Group>
            <Group gap="xs" wrap="nowrap">
              <LanguageSelect />
              <ColorSchemeSwitch />
              <AccountMenu />
            </Group>
          </Group>
        </Container>
      </AppShell.Header>
      <Drawer opened={menuOpen} onClose={menu.close} size="xs" title={<Wordmark />} closeButtonProps={{ 'aria-label': t('common.close') }}>
        <Stack component="nav" gap={4} aria-label={t('nav.label')}>
          <Destinations wide onChoose={menu.close} />
        </Stack>
      </Drawer>
      <AppShell.Main id="main" tabIndex={-1} style={{ outline: 'none' }}>
        <Container size="xl" px={0} py="xs">
          <Outlet />
        </Container>
      </AppShell.Main>
      <ProfileLanguage />
      <ScrollRestoration />
    </AppShell>
  );
}

function Destinations({ wide = false, onChoose }: { readonly wide?: boolean; readonly onChoose?: () => void }) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  return DESTINATIONS.map(({ to, label, Icon }) => {
    const isCurrent = pathname === to || pathname.startsWith(`${to}/`);
    return (
      <Button
        key={to}
        component={Link}
        to={to}
        {...(onChoose === undefined ? {} : { onClick: onChoose })}
        variant={isCurrent ? 'light' : 'subtle'}
        color={isCurrent ? 'vermilion' : 'gray'}
        fullWidth={wide}
        justify={wide ? 'start' : 'center'}
        leftSection={<Icon size={18} aria-hidden />}
        aria-current={isCurrent ? 'page' : undefined}
      >
        {t(label)}
      </Button>
    );
  });
}
