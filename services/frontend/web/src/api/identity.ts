import type { Profile, ProfilePatch } from '@torii/contracts';
import { call } from './call.ts';

export const profileKey = ['profile'] as const;

export async function getProfile(signal: AbortSignal): Promise<Profile> {
  const { body } = await call<Profile>('/api/identity/me', { signal });
  return body;
}

export async function changeProfile(patch: ProfilePatch): Promise<Profile> {
  const { body } = await call<Profile>('/api/identity/me', { method: 'PATCH', body: patch });
  return body;
}

export async function deleteAccount(): Promise<void> {
  await call('/api/identity/me', { method: 'DELETE' });
}
