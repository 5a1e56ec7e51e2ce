import { Anchor, Button, PasswordInput, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { findFieldMessage } from '../../api/problem-error.ts';
import { signUp } from '../../api/session.ts';
import { Form } from '../../components/form.tsx';
import { Page } from '../../components/page.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { useFields } from '../../components/use-fields.ts';

export function SignUpPage() {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const form = useFields({ email: '', password: '', displayName: '' });
  const registration = useMutation({
    mutationFn: () => signUp({ ...form.values, locale: i18n.language }),
    onSuccess: () => navigate('/confirm', { state: { email: form.values.email } }),
  });
  return (
    <Page title={t('signUp.title')} keepFocus>
      <Form onSubmit={() => registration.mutate()}>
        <TextInput
          {...form.bind('email')}
          type="email"
          autoComplete="username"
          label={t('fields.email')}
          error={findFieldMessage(registration.error, 'email')}
          required
          autoFocus
        />
        <TextInput
          {...form.bind('displayName')}
          autoComplete="nickname"
          label={t('fields.displayName')}
          description={t('signUp.nameHint')}
          maxLength={100}
        />
        <PasswordInput
          {...form.bind('password')}
          autoComplete="new-password"
          label={t('fields.password')}
          description={t('signUp.passwordHint')}
          required
          visibilityToggleButtonProps={{ 'aria-label': t('fields.showPassword') }}
        />
        <ProblemAlert error={registration.error} />
        <Button type="submit" loading={registration.isPending} fullWidth>
          {t('signUp.submit')}
        </Button>
        <Text size="sm" ta="center">
          {t('signUp.haveAccount')}{' '}
          <Anchor component={Link} to="/log-in" inherit>
            {t('logIn.title')}
          </Anchor>
        </Text>
      </Form>
    </Page>
  );
}
