import { Alert, Anchor, Button, Group, PasswordInput, Text, TextInput } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useNavigate } from 'react-router';
import { isProblem } from '../../api/problem-error.ts';
import { logIn, sessionKey } from '../../api/session.ts';
import { Form } from '../../components/form.tsx';
import { Page } from '../../components/page.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { useFields } from '../../components/use-fields.ts';
import { parseHandedOver, parseNext } from '../handed-over.ts';

export function LogInPage() {
  const { t } = useTranslation();
  const location = useLocation();
  const { email, notice } = parseHandedOver(location.state);
  const form = useFields({ email, password: '' });
  const login = useLogIn(form.values, parseNext(location.search));
  return (
    <Page title={t('logIn.title')} keepFocus>
      {notice !== undefined && (
        <Alert role="status" color="teal" variant="light" icon={<IconCircleCheck aria-hidden />}>
          {t(`logIn.notices.${notice}`)}
        </Alert>
      )}
      <Form onSubmit={() => login.mutate()}>
        <TextInput
          {...form.bind('email')}
          type="email"
          autoComplete="username"
          label={t('fields.email')}
          required
          autoFocus={email === ''}
        />
        <PasswordInput
          {...form.bind('password')}
          autoComplete="current-password"
          label={t('fields.password')}
          required
          autoFocus={email !== ''}
          visibilityToggleButtonProps={{ 'aria-label': t('fields.showPassword') }}
        />
        <ProblemAlert error={login.error} />
        <Button type="submit" loading={login.isPending} fullWidth>
          {t('logIn.submit')}
        </Button>
        <Group justify="space-between" gap="xs">
          <Anchor component={Link} to="/forgot-password" state={{ email: form.values.email }} size="sm">
            {t('logIn.forgot')}
          </Anchor>
          <Text size="sm">
            {t('logIn.noAccount')}{' '}
            <Anchor component={Link} to="/sign-up" inherit>
              {t('signUp.title')}
            </Anchor>
          </Text>
        </Group>
      </Form>
    </Page>
  );
}

/** Somebody who has not confirmed yet is taken to the page that asks for the code. */
function useLogIn({ email, password }: { readonly email: string; readonly password: string }, next: string) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => logIn(email, password),
    onSuccess: async (user) => {
      queries.clear();
      queries.setQueryData(sessionKey, user);
      await navigate(next, { replace: true });
    },
    onError: (error) => {
      if (isProblem(error, 'NOT_CONFIRMED')) void navigate('/confirm', { state: { email } });
    },
  });
}
