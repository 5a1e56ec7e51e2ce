import { Group, Stack, Title } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';

interface Props {
  /** Heading, and the document's title. */
  readonly title: string;
  readonly actions?: ReactNode;
  /** Set where a field takes the focus itself. */
  readonly keepFocus?: boolean;
  readonly children: ReactNode;
}

/** One page: names the document and moves the focus to its heading, so that a screen reader announces the navigation. */
export function Page({ title, actions, keepFocus = false, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Torii`;
  }, [title]);
  useEffect(() => {
    if (!keepFocus) heading.current?.focus({ preventScroll: true });
  }, [keepFocus]);
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="center" gap="sm">
        <Title order={1} size="h2" ref={heading} tabIndex={-1} className="break-anywhere">
          {title}
        </Title>
        {actions}
      </Group>
      {children}
    </Stack>
  );
}
