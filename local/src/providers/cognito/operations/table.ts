import type { UserPools } from '../user-pools.ts';
import { createAccountOperations } from './account.ts';
import { createAdminPoolOperations } from './admin-pools.ts';
import { createAdminUserOperations } from './admin-users.ts';
import { createChallengeOperations } from './challenges.ts';
import { createForgotPasswordOperations } from './forgot-password.ts';
import type { Operation } from './operation.ts';
import { createSignInOperations } from './sign-in.ts';
import { createSignOutOperations } from './sign-out.ts';
import { createSignUpOperations } from './sign-up.ts';

/** Every operation of `AWSCognitoIdentityProviderService` that works here. */
export function createOperations(pools: UserPools): ReadonlyMap<string, Operation> {
  return new Map(
    Object.entries({
      ...createSignUpOperations(pools),
      ...createSignInOperations(pools),
      ...createChallengeOperations(pools),
      ...createAccountOperations(pools),
      ...createForgotPasswordOperations(pools),
      ...createSignOutOperations(pools),
      ...createAdminUserOperations(pools),
      ...createAdminPoolOperations(pools),
    }),
  );
}

/** Whether AWS asks for IAM credentials: a mobile app has none, so it must not get through here either. */
export function needsCredentials(operation: string): boolean {
  return /^(Admin|List|Describe)/.test(operation);
}
