/** Called so where a service would be: the pipeline that deploys the environments' stacks. */
export const INFRASTRUCTURE = 'infrastructure';
