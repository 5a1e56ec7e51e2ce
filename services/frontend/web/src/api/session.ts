import { call } from './call.ts';

export interface SessionUser {
  readonly id: string;
  readonly email: string;
}

export const sessionKey = ['session'] as const;

export async function getSession(signal?: AbortSignal): Promise<SessionUser | null> {
  const { body } = await call<{ user: SessionUser | null }>('/session', signal === undefined ? {} : { signal });
  return body.user;
}

export async function logIn(email: string, password: string): Promise<SessionUser> {
  const { body } = await call<{ user: SessionUser }>('/session', { method: 'POST', body: { email, password } });
  return body.user;
}

export async function logOut(): Promise<void> {
  await call('/session', { method: 'DELETE' });
}

export interface SignUpForm {
  readonly email: string;
  readonly password: string;
  readonly displayName: string;
  readonly locale: string;
}

export async function signUp({ displayName, ...form }: SignUpForm): Promise<void> {
  await call('/sign-up', { method: 'POST', body: { ...form, ...(displayName === '' ? {} : { displayName }) } });
}

export async function confirmSignUp(email: string, code: string): Promise<void> {
  await call('/sign-up/confirm', { method: 'POST', body: { email, code } });
}

export async function resendCode(email: string): Promise<void> {
  await call('/sign-up/resend', { method: 'POST', body: { email } });
}

export async function forgotPassword(email: string): Promise<void> {
  await call('/password/forgot', { method: 'POST', body: { email } });
}

export async function resetPassword(form: { readonly email: string; readonly code: string; readonly password: string }): Promise<void> {
  await call('/password/reset', { method: 'POST', body: form });
}
