import { Anchor, Group, Text } from '@mantine/core';
import { Link } from 'react-router';

/** Gate and name; leads home. */
export function Wordmark({ large = false }: { readonly large?: boolean }) {
  const size = large ? 40 : 26;
  return (
    <Anchor component={Link} to="/" underline="never" c="var(--mantine-color-text)">
      <Group gap={large ? 10 : 8} wrap="nowrap">
        <img src="/torii.svg" alt="" width={size} height={size} />
        <Text component="span" fw={700} fz={large ? 30 : 20} lh={1}>
          Torii
        </Text>
      </Group>
    </Anchor>
  );
}
