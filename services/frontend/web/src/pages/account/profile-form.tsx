import { Button, Group, Select, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Profile } from '@torii/contracts';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { changeProfile, profileKey } from '../../api/identity.ts';
import { findFieldMessage } from '../../api/problem-error.ts';
import { findLanguage, LANGUAGE_NAMES, LANGUAGES } from '../../app/languages.ts';
import { announce } from '../../components/announce.ts';
import { Form } from '../../components/form.tsx';
import { ProblemAlert } from '../../components/problem-alert.tsx';
import { useChangeLanguage } from '../../components/use-change-language.ts';

export function ProfileForm({ profile }: { readonly profile: Profile }) {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const changeLanguage = useChangeLanguage();
  const [displayName, setDisplayName] = useState(profile.displayName ?? '');
  const saving = useMutation({
    mutationFn: () => changeProfile({ displayName: displayName.trim() === '' ? null : displayName.trim() }),
    onSuccess: (changed) => {
      queries.setQueryData(profileKey, changed);
      announce(t('account.saved'));
    },
  });
  return (
    <Form onSubmit={() => saving.mutate()}>
      <TextInput label={t('fields.email')} value={profile.email} readOnly variant="filled" />
      <TextInput
        label={t('fields.displayName')}
        autoComplete="nickname"
        maxLength={100}
        value={displayName}
        error={findFieldMessage(saving.error, 'displayName')}
        onChange={(event) => setDisplayName(event.currentTarget.value)}
      />
      <Select
        label={t('common.language')}
        description={t('account.languageHint')}
        allowDeselect={false}
        value={i18n.language}
        data={LANGUAGES.map((language) => ({ value: language, label: LANGUAGE_NAMES[language] }))}
        onChange={(value) => {
          const language = findLanguage([value]);
          if (language !== undefined) changeLanguage(language);
        }}
      />
      <ProblemAlert error={saving.error} />
      <Group justify="end">
        <Button type="submit" loading={saving.isPending}>
          {t('common.save')}
        </Button>
      </Group>
    </Form>
  );
}
