import { Button, PasswordInput, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate } from 'react-router';
import { resetPassword } from '../../api/session.ts';
import { CodeInput } from '../../components/code-input.tsx';
import { Form } from '../../components/form.tsx';
import { Page } from '../../components/page.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { useFields } from '../../components/use-fields.ts';
import { parseHandedOver } from '../handed-over.ts';

export function ResetPasswordPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const known = parseHandedOver(useLocation().state).email;
  const form = useFields({ email: known, code: '', password: '' });
  const { email, code, password } = form.values;
  const reset = useMutation({
    mutationFn: () => resetPassword({ email, code: code.trim(), password }),
    onSuccess: () => navigate('/log-in', { state: { email, notice: 'password-reset' } }),
  });
  return (
    <Page title={t('password.resetTitle')} keepFocus>
      <Text size="sm">{t('password.resetText')}</Text>
      <Form onSubmit={() => reset.mutate()}>
        {known === '' && <TextInput {...form.bind('email')} type="email" autoComplete="username" label={t('fields.email')} required />}
        <CodeInput form={form} autoFocus />
        <PasswordInput
          {...form.bind('password')}
          autoComplete="new-password"
          label={t('fields.newPassword')}
          description={t('signUp.passwordHint')}
          required
          visibilityToggleButtonProps={{ 'aria-label': t('fields.showPassword') }}
        />
        <ProblemAlert error={reset.error} />
        <Button type="submit" loading={reset.isPending} fullWidth>
          {t('password.resetSubmit')}
        </Button>
      </Form>
    </Page>
  );
}
