import type { Construct } from 'constructs';
import { BackendStack, type BackendStackProps } from './backend-stack.ts';

/** svc-catalog: items. */
export class CatalogStack extends BackendStack {
  constructor(scope: Construct, id: string, props: BackendStackProps) {
    const { cache } = props.data;
    super(scope, id, props, {
      name: 'catalog',
      priority: 20,
      protectedPath: '/catalog/items',
      environment: { CACHE_HOST: cache.host, CACHE_PORT: cache.port, CACHE_SECRET_ARN: cache.secret.secretArn },
    });
    cache.secret.grantRead(this.service.taskRole);
  }
}
