import { Stack } from '@mantine/core';
import type { ReactNode } from 'react';

/** A form sent by our own code; Enter in any field submits it. */
export function Form({ onSubmit, children }: { readonly onSubmit: () => void; readonly children: ReactNode }) {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      <Stack gap="md">{children}</Stack>
    </form>
  );
}
