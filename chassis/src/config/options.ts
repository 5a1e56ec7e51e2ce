// What parts of a process are made with, from the settings of `shapes.ts`.
import type { z } from 'zod';
import type { DatabaseOptions } from '../database/connect-database.ts';
import type { TelemetryOptions } from '../telemetry/start-telemetry.ts';
import type { databaseConfig, processConfig } from './shapes.ts';

/** For `connectDatabase`, from the variables `DATABASE_…`. */
export function databaseOptions(config: z.infer<typeof databaseConfig>): DatabaseOptions {
  return {
    secretArn: config.databaseSecretArn,
    host: config.databaseHost,
    port: config.databasePort,
    name: config.databaseName,
    replicaHost: config.databaseReplicaHost,
    pool: config.databasePoolSize,
  };
}

/** For `startTelemetry`, from the variables that every process has. */
export function telemetryOptions(config: z.infer<typeof processConfig>): TelemetryOptions {
  return {
    serviceName: config.serviceName,
    environment: config.environment,
    otlpEndpoint: config.otelExporterOtlpEndpoint,
    samplingRatio: config.otelTracesSamplerArg,
  };
}
