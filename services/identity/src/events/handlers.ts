import type { HandlerContext } from '@torii/chassis';
import type { Handlers } from '@torii/contracts';
import type { IdentityContext } from '../use-cases/context.ts';
import { registerUser } from '../use-cases/register-user.ts';

/** What identity does with each message it is sent. */
export function createHandlers(context: IdentityContext): Handlers<'identity', HandlerContext> {
  return {
    'identity.register-user.v1': async ({ data }, { tx }) => {
      await registerUser(context, tx, data);
    },
    'identity.remove-account.v1': ({ data }) => context.accounts.remove(data.userId),
  };
}
