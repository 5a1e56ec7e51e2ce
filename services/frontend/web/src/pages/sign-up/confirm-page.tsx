import { Anchor, Button, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate } from 'react-router';
import { confirmSignUp, resendCode } from '../../api/session.ts';
import { CodeInput } from '../../components/code-input.tsx';
import { announce } from '../../components/announce.ts';
import { Form } from '../../components/form.tsx';
import { Page } from '../../components/page.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { useFields } from '../../components/use-fields.ts';
import { parseHandedOver } from '../handed-over.ts';

export function ConfirmPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const known = parseHandedOver(useLocation().state).email;
  const form = useFields({ email: known, code: '' });
  const { email, code } = form.values;
  const confirmation = useMutation({
    mutationFn: () => confirmSignUp(email, code.trim()),
    onSuccess: () => navigate('/log-in', { state: { email, notice: 'confirmed' } }),
  });
  const resending = useMutation({
    mutationFn: () => resendCode(email),
    onSuccess: () => announce(t('confirm.resent', { email })),
  });
  return (
    <Page title={t('confirm.title')} keepFocus>
      <Text size="sm" className="break-anywhere">
        {known === '' ? t('confirm.text') : t('confirm.textFor', { email: known })}
      </Text>
      <Form onSubmit={() => confirmation.mutate()}>
        {known === '' && (
          <TextInput {...form.bind('email')} type="email" autoComplete="username" label={t('fields.email')} required autoFocus />
        )}
        <CodeInput form={form} autoFocus={known !== ''} />
        <ProblemAlert error={confirmation.error ?? resending.error} />
        <Button type="submit" loading={confirmation.isPending} fullWidth>
          {t('confirm.submit')}
        </Button>
        <Anchor
          component="button"
          type="button"
          size="sm"
          ta="center"
          disabled={email === '' || resending.isPending}
          onClick={() => resending.mutate()}
        >
          {t('confirm.resend')}
        </Anchor>
      </Form>
    </Page>
  );
}
