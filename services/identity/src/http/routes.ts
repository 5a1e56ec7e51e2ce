import { defineRoute, type Route } from '@torii/chassis';
import { profilePatch, userId } from '@torii/contracts';
import { z } from 'zod';
import { presentProfile } from '../domain/profile.ts';
import { changeOwnProfile } from '../use-cases/change-own-profile.ts';
import type { IdentityContext } from '../use-cases/context.ts';
import { deleteOwnProfile } from '../use-cases/delete-own-profile.ts';
import { getOwnProfile } from '../use-cases/get-own-profile.ts';
import { getPublicProfile } from '../use-cases/get-public-profile.ts';

const ME = '/identity/me';
const language = z.object({ 'accept-language': z.string().optional() });
/** Two short fields, with every character escaped. */
const PATCH_MAX_BYTES = 8 * 1024;

export function createRoutes(context: IdentityContext): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: ME,
      headers: language,
      handle: async ({ user, headers }) => {
        const caller = { token: user.token, acceptLanguage: headers['accept-language'] };
        return { status: 200, body: presentProfile(await getOwnProfile(context, user.id, caller)) };
      },
    }),
    defineRoute({
      method: 'PATCH',
      path: ME,
      headers: language,
      body: profilePatch,
      maxBodyBytes: PATCH_MAX_BYTES,
      handle: async ({ user, headers, body }) => {
        const caller = { token: user.token, acceptLanguage: headers['accept-language'] };
        return { status: 200, body: presentProfile(await changeOwnProfile(context, user.id, { caller, patch: body })) };
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: ME,
      handle: async ({ user }) => {
        await deleteOwnProfile(context, user.id);
        return { status: 204 };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/identity/users/:id',
      params: z.object({ id: userId }),
      handle: async ({ params }) => ({ status: 200, body: await getPublicProfile(context, params.id) }),
    }),
  ];
}
