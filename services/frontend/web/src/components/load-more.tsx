import { Button, Center } from '@mantine/core';
import { useIntersection } from '@mantine/hooks';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

interface Props {
  readonly hasMore: boolean;
  readonly loading: boolean;
  readonly onMore: () => void;
}

/** Loads the next page when scrolled into view; the button is there for keyboards and when the observer is not. */
export function LoadMore({ hasMore, loading, onMore }: Props) {
  const { t } = useTranslation();
  const { ref, entry } = useIntersection({ rootMargin: '200px' });
  const isVisible = entry?.isIntersecting === true;
  useEffect(() => {
    if (isVisible && hasMore && !loading) onMore();
  }, [isVisible, hasMore, loading, onMore]);
  if (!hasMore) return null;
  return (
    <Center ref={ref}>
      <Button variant="default" loading={loading} onClick={onMore}>
        {t('common.loadMore')}
      </Button>
    </Center>
  );
}
