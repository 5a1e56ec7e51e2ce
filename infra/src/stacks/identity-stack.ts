import type { Construct } from 'constructs';
import { BackendStack, type BackendStackProps } from './backend-stack.ts';

/** svc-identity: profiles. */
export class IdentityStack extends BackendStack {
  constructor(scope: Construct, id: string, props: BackendStackProps) {
    const { pool } = props.signIn;
    super(scope, id, props, {
      name: 'identity',
      priority: 10,
      protectedPath: '/identity/me',
      environment: { USER_POOL_ID: pool.userPoolId },
    });
    // Deleting a profile deletes the user.
    pool.grant(this.service.taskRole, 'cognito-idp:AdminDeleteUser');
  }
}
