import { Anchor, Button, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useNavigate } from 'react-router';
import { forgotPassword } from '../../api/session.ts';
import { Form } from '../../components/form.tsx';
import { Page } from '../../components/page.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { useFields } from '../../components/use-fields.ts';
import { parseHandedOver } from '../handed-over.ts';

export function ForgotPasswordPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const form = useFields({ email: parseHandedOver(useLocation().state).email });
  const { email } = form.values;
  const request = useMutation({
    mutationFn: () => forgotPassword(email),
    onSuccess: () => navigate('/reset-password', { state: { email } }),
  });
  return (
    <Page title={t('password.forgotTitle')} keepFocus>
      <Text size="sm">{t('password.forgotText')}</Text>
      <Form onSubmit={() => request.mutate()}>
        <TextInput {...form.bind('email')} type="email" autoComplete="username" label={t('fields.email')} required autoFocus />
        <ProblemAlert error={request.error} />
        <Button type="submit" loading={request.isPending} fullWidth>
          {t('password.forgotSubmit')}
        </Button>
        <Anchor component={Link} to="/log-in" size="sm" ta="center">
          {t('password.back')}
        </Anchor>
      </Form>
    </Page>
  );
}
