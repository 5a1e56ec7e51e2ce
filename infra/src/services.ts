import { PUBLISHERS } from '@torii/contracts';

/** Every process that runs as an ECS service. */
export const SERVICES = [...PUBLISHERS, 'frontend'] as const;
export type ServiceName = (typeof SERVICES)[number];
