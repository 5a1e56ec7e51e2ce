/** The container of the service in its tasks; infra/src/constructs/service/service-task.ts calls it so, and a test holds the two together. */
export const APP_CONTAINER = 'app';
/** The port behind the load balancer, `SERVICE_PORT` there. */
export const APP_PORT = 80;
