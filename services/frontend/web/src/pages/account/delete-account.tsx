import { Button, Card, Group, Modal, Text, TextInput, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { deleteAccount } from '../../api/identity.ts';
import { useSessionUser } from '../../app/use-session-user.ts';
import { Form } from '../../components/form.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { useLogOut } from '../../components/use-log-out.ts';

/** Typing the address is the confirmation: it cannot happen by a slip. */
export function DeleteAccount() {
  const { t } = useTranslation();
  const email = useSessionUser()?.email ?? '';
  const [isOpen, dialog] = useDisclosure(false);
  const [typed, setTyped] = useState('');
  const logOut = useLogOut();
  const deletion = useMutation({ mutationFn: deleteAccount, onSuccess: () => logOut.mutate() });
  const isConfirmed = typed.trim().toLowerCase() === email.toLowerCase();
  return (
    <Card component="section" padding="lg" aria-labelledby="delete-heading">
      <Title order={2} size="h4" id="delete-heading">
        {t('account.deleteTitle')}
      </Title>
      <Text size="sm" my="sm">
        {t('account.deleteText')}
      </Text>
      <Group>
        <Button variant="outline" color="red" onClick={dialog.open}>
          {t('account.delete')}
        </Button>
      </Group>
      <Modal
        opened={isOpen}
        onClose={dialog.close}
        title={t('account.deleteTitle')}
        closeButtonProps={{ 'aria-label': t('common.close') }}
        centered
      >
        <Form onSubmit={() => isConfirmed && deletion.mutate()}>
          <Text size="sm" className="break-anywhere">
            {t('account.deleteConfirm', { email })}
          </Text>
          <TextInput
            label={t('fields.email')}
            autoComplete="off"
            data-autofocus
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          <ProblemAlert error={deletion.error ?? logOut.error} />
          <Group justify="end">
            <Button variant="default" onClick={dialog.close}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" color="red" disabled={!isConfirmed} loading={deletion.isPending || logOut.isPending}>
              {t('account.delete')}
            </Button>
          </Group>
        </Form>
      </Modal>
    </Card>
  );
}
