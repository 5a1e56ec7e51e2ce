import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { parseConfig, variableName } from './parse-config.ts';
import { databaseConfig, serviceConfig, tokenConfig } from './shapes.ts';

const schema = z.object({ ...serviceConfig.shape, ...databaseConfig.shape, ...tokenConfig.shape, catalogEventsQueueUrl: z.url() });
const env = {
  SERVICE_NAME: 'catalog',
  ENVIRONMENT: 'dev',
  PORT: '80',
  DATABASE_SECRET_ARN: 'arn:aws:secretsmanager:eu-west-1:222222222222:secret:x',
  DATABASE_HOST: 'localhost',
  DATABASE_PORT: '3306',
  DATABASE_NAME: 'catalog',
  DATABASE_REPLICA_HOST: '',
  TOKEN_ISSUER: 'https://localhost:8003/pool',
  TOKEN_CLIENT_IDS: 'web, mobile',
  CATALOG_EVENTS_QUEUE_URL: 'http://localhost:8004/222222222222/catalog-events',
};

describe('parseConfig', () => {
  it('reads camelCase settings from UPPER_SNAKE variables, with their defaults', () => {
    const config = parseConfig(schema, env);
    expect(config).not.toHaveProperty('databaseReplicaHost');
    expect(config).toMatchObject({
      port: 80,
      tokenClientIds: ['web', 'mobile'],
      shutdownTimeoutMs: 25_000,
      apiBasePath: '/v1',
      logLevel: 'info',
    });
  });

  it('names every missing or bad variable in one message, and no value', () => {
    const parse = () =>
      parseConfig(schema, { ...env, PORT: 'eighty', DATABASE_HOST: undefined, TOKEN_CLIENT_IDS: ' , ', DATABASE_SECRET_ARN: 'hunter2' });
    expect(parse).toThrow(
      [
        'The service cannot start: its environment is incomplete.',
        '  PORT: Invalid input: expected number, received NaN',
        '  DATABASE_SECRET_ARN: must be an ARN',
        '  DATABASE_HOST: is not set',
        '  TOKEN_CLIENT_IDS: must name at least one',
      ].join('\n'),
    );
  });
});

describe('variableName', () => {
  it('is the setting in UPPER_SNAKE', () => {
    expect(variableName('jobsWorkerCommandsQueueUrl')).toBe('JOBS_WORKER_COMMANDS_QUEUE_URL');
  });
});
