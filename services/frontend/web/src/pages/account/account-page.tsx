import { Button, Card, Skeleton, Stack, Title } from '@mantine/core';
import { IconLogout } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { getProfile, profileKey } from '../../api/identity.ts';
import { Page } from '../../components/page.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { useLogOut } from '../../components/use-log-out.ts';
import { DeleteAccount } from './delete-account.tsx';
import { ProfileForm } from './profile-form.tsx';

export function AccountPage() {
  const { t } = useTranslation();
  const profile = useQuery({ queryKey: profileKey, queryFn: ({ signal }) => getProfile(signal) });
  const logOut = useLogOut();
  return (
    <Page
      title={t('account.title')}
      actions={
        <Button
          variant="default"
          leftSection={<IconLogout size={18} aria-hidden />}
          loading={logOut.isPending}
          onClick={() => logOut.mutate()}
        >
          {t('account.logOut')}
        </Button>
      }
    >
      <ProblemAlert error={logOut.error} />
      <Stack maw={640} gap="lg">
        <Card component="section" padding="lg" aria-labelledby="profile-heading">
          <Title order={2} size="h4" mb="md" id="profile-heading">
            {t('account.profile')}
          </Title>
          {profile.isPending && <Skeleton h={180} role="status" aria-label={t('common.loading')} />}
          {profile.isError && <ProblemAlert error={profile.error} onRetry={() => void profile.refetch()} />}
          {profile.isSuccess && <ProfileForm profile={profile.data} />}
        </Card>
        <DeleteAccount />
      </Stack>
    </Page>
  );
}
