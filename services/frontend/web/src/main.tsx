import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './app/app.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router/dom';
import { startTranslation } from './app/i18n.ts';
import { createQueryClient } from './app/query-client.ts';
import { createRouter } from './app/router.tsx';
import { readStyleNonce } from './app/style-nonce.ts';
import { readableColors, theme } from './app/theme.ts';

const root = document.querySelector('#root');
if (root === null) throw new Error('The page cannot start: index.html has no #root');

const nonce = readStyleNonce();
await startTranslation();
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={readableColors} defaultColorScheme="auto" getStyleNonce={() => nonce}>
      <QueryClientProvider client={createQueryClient()}>
        <RouterProvider router={createRouter()} />
      </QueryClientProvider>
      <Notifications position="bottom-right" containerWidth={360} />
    </MantineProvider>
  </StrictMode>,
);
