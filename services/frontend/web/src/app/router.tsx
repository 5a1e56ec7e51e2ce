import type { ComponentType } from 'react';
import { createBrowserRouter, Navigate, type RouteObject } from 'react-router';
import { AppLayout } from './app-layout.tsx';
import { AuthLayout } from './auth-layout.tsx';
import { CrashPage } from './crash-page.tsx';
import { RequireSession } from './require-session.tsx';

/** A page is a chunk of its own, fetched when first visited. */
function page(path: string, load: () => Promise<ComponentType>): RouteObject {
  return { path, lazy: async () => ({ Component: await load() }) };
}

const pagesForAnybody: RouteObject[] = [
  page('log-in', async () => (await import('../pages/log-in/log-in-page.tsx')).LogInPage),
  page('sign-up', async () => (await import('../pages/sign-up/sign-up-page.tsx')).SignUpPage),
  page('confirm', async () => (await import('../pages/sign-up/confirm-page.tsx')).ConfirmPage),
  page('forgot-password', async () => (await import('../pages/password/forgot-password-page.tsx')).ForgotPasswordPage),
  page('reset-password', async () => (await import('../pages/password/reset-password-page.tsx')).ResetPasswordPage),
];

const pagesForUsers: RouteObject[] = [
  { index: true, element: <Navigate to="/items" replace /> },
  page('items', async () => (await import('../pages/catalogue/catalogue-page.tsx')).CataloguePage),
  page('items/new', async () => (await import('../pages/item/create-item-page.tsx')).CreateItemPage),
  page('items/:id', async () => (await import('../pages/item/item-page.tsx')).ItemPage),
  page('items/:id/edit', async () => (await import('../pages/item/edit-item-page.tsx')).EditItemPage),
  page('import', async () => (await import('../pages/import/import-page.tsx')).ImportPage),
  page('jobs', async () => (await import('../pages/jobs/jobs-page.tsx')).JobsPage),
  page('jobs/:id', async () => (await import('../pages/jobs/job-page.tsx')).JobPage),
  page('account', async () => (await import('../pages/account/account-page.tsx')).AccountPage),
  page('*', async () => (await import('../pages/not-found-page.tsx')).NotFoundPage),
];

export function createRouter(): ReturnType<typeof createBrowserRouter> {
  return createBrowserRouter([
    {
      errorElement: <CrashPage />,
      hydrateFallbackElement: <></>,
      children: [
        { element: <AuthLayout />, children: pagesForAnybody },
        { element: <RequireSession />, children: [{ element: <AppLayout />, children: pagesForUsers }] },
      ],
    },
  ]);
}
