import { TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Fields } from './use-fields.ts';

/** One field, not six: it can be pasted into, and browsers fill it from the message. */
export function CodeInput({
  form,
  autoFocus = false,
}: {
  readonly form: Fields<{ email: string; code: string }>;
  readonly autoFocus?: boolean;
}) {
  const { t } = useTranslation();
  return (
    <TextInput
      {...form.bind('code')}
      label={t('fields.code')}
      inputMode="numeric"
      autoComplete="one-time-code"
      pattern="\s*[0-9]{6}\s*"
      placeholder="000000"
      required
      autoFocus={autoFocus}
    />
  );
}
