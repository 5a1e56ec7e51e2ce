import type { connectDatabase, SecretReader, startTelemetry } from '@torii/chassis';
import type { WorkerConfig } from './config.ts';

/** What service, worker and migration read alike from their configurations. */
type SharedConfig = Omit<WorkerConfig, 'filesBucket' | 'messagesBucket' | 'jobsWorkerCommandsQueueUrl' | 'catalogCommandsQueueUrl'>;

export function databaseOptions(config: SharedConfig): Parameters<typeof connectDatabase>[0] {
  return {
    secretArn: config.databaseSecretArn,
    host: config.databaseHost,
    port: config.databasePort,
    name: config.databaseName,
    replicaHost: config.databaseReplicaHost,
    pool: config.databasePoolSize,
  };
}

export function telemetryOptions(config: SharedConfig): Parameters<typeof startTelemetry>[0] {
  return {
    serviceName: config.serviceName,
    environment: config.environment,
    otlpEndpoint: config.otelExporterOtlpEndpoint,
    samplingRatio: config.otelTracesSamplerArg,
  };
}

/** Instead of Secrets Manager, for tests. */
export function readerOf({ secretReader }: { readonly secretReader?: SecretReader }): { readonly secretReader?: SecretReader } {
  return secretReader === undefined ? {} : { secretReader };
}
