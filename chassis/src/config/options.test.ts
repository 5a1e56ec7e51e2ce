import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { databaseOptions, telemetryOptions } from './options.ts';
import { parseConfig } from './parse-config.ts';
import { databaseConfig, processConfig } from './shapes.ts';

const schema = z.object({ ...processConfig.shape, ...databaseConfig.shape });
const env = {
  SERVICE_NAME: 'catalog',
  ENVIRONMENT: 'dev',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:14318',
  OTEL_TRACES_SAMPLER_ARG: '0.25',
  DATABASE_SECRET_ARN: 'arn:aws:secretsmanager:eu-west-1:222222222222:secret:x',
  DATABASE_HOST: 'primary',
  DATABASE_PORT: '3307',
  DATABASE_NAME: 'catalog',
  DATABASE_REPLICA_HOST: 'replica',
  DATABASE_POOL_SIZE: '7',
};

describe('databaseOptions', () => {
  it('are what the variables say', () => {
    expect(databaseOptions(parseConfig(schema, env))).toEqual({
      secretArn: env.DATABASE_SECRET_ARN,
      host: 'primary',
      port: 3307,
      name: 'catalog',
      replicaHost: 'replica',
      pool: 7,
    });
  });

  it('name no replica where there is none', () => {
    expect(databaseOptions(parseConfig(schema, { ...env, DATABASE_REPLICA_HOST: '' })).replicaHost).toBeUndefined();
  });
});

describe('telemetryOptions', () => {
  it('are what the variables say', () => {
    expect(telemetryOptions(parseConfig(schema, env))).toEqual({
      serviceName: 'catalog',
      environment: 'dev',
      otlpEndpoint: 'http://127.0.0.1:14318',
      samplingRatio: 0.25,
    });
  });
});
