import { Card, Text } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props {
  readonly label: string;
  readonly value: string;
  /** In the API's words, for tests and the curious. */
  readonly name: string;
  readonly children?: ReactNode;
}

/** One number of a result, large enough to be read first. */
export function Figure({ label, value, name, children }: Props) {
  return (
    <Card>
      <Text size="sm" c="dimmed" className="break-anywhere">
        {label}
      </Text>
      <Text fz={28} fw={650} data-total={name} style={{ fontVariantNumeric: 'tabular-nums' }}>
        {value}
      </Text>
      {children}
    </Card>
  );
}
