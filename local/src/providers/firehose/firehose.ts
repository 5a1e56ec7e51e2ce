// AWS::KinesisFirehose. A stream takes what its topics publish or its log groups let pass, and brings it to the bucket of its template, as objects of whole records.
// Sooner than in AWS: after a second without a record. Not imitated: encryption, logging, and the prefix of errors, since delivery here
// fails only with the bucket itself.
import { join } from 'node:path';
import type { Broker } from '../../fauxqs/broker.ts';
import type { LocalContext, Provider, ResourceHandler } from '../../provider.ts';
import { textOf } from '../../read-value.ts';
import type { MetricSource } from '../cloudwatch/metrics.ts';
import { createDeliveryStream, type DeliveryStream, QUIET_MS } from './delivery-stream.ts';
import { parseStream } from './stream-settings.ts';

export interface RecordDelivery {
  /** The record is safe when this returns. @throws Error when no template has the stream */
  putRecord(streamArn: string, record: string | Buffer): void;
}

export interface FirehoseProvider extends Provider, RecordDelivery {
  readonly metrics: MetricSource;
}

export function createFirehoseProvider(
  context: Pick<LocalContext, 'region' | 'accountId' | 'stateFolder' | 'log'>,
  broker: Pick<Broker, 'objects'>,
): FirehoseProvider {
  const streams = new Map<string, DeliveryStream>();
  const arnOf = (name: string): string => `arn:aws:firehose:${context.region}:${context.accountId}:deliverystream/${name}`;
  const handler: ResourceHandler = {
    replacedBy: ['DeliveryStreamName', 'DeliveryStreamType'],
    apply: async ({ properties, generatedName }) => {
      const name = textOf(properties['DeliveryStreamName']) ?? generatedName;
      streams.get(name)?.stop();
      const stream = createDeliveryStream({
        settings: parseStream(properties, name),
        folder: join(context.stateFolder, 'streams', name),
        putObject: (bucket, key, body) => void broker.objects.putObject(bucket, key, body, 'application/octet-stream'),
        onError: (error) =>
          context.log('error', `Stream ${name} cannot be delivered: ${error instanceof Error ? error.message : String(error)}`),
      });
      // What a platform that was killed has left.
      stream.flush();
      streams.set(name, stream);
      const { maxAgeMs, maxBytes } = stream.settings;
      context.log(
        'debug',
        `Stream ${name} delivers after ${QUIET_MS / 1000} s without a record, not only when it has all the template asks for`,
        {
          maxAgeMs,
          maxBytes,
        },
      );
      return { physicalId: name, attributes: { Arn: arnOf(name) } };
    },
    remove: async ({ physicalId }) => {
      streams.get(physicalId)?.stop();
      streams.delete(physicalId);
    },
  };
  return {
    types: { 'AWS::KinesisFirehose::DeliveryStream': handler },
    putRecord: (streamArn, record) => {
      const stream = streams.get(streamArn.slice(arnOf('').length));
      if (stream === undefined) throw new Error(`A record cannot be put into ${streamArn}: no template has such a stream`);
      stream.put(record);
    },
    metrics: {
      read: ({ namespace, name, dimensions }, now) => {
        if (namespace !== 'AWS/Firehose' || name !== 'DeliveryToS3.DataFreshness') return undefined;
        return streams.get(dimensions['DeliveryStreamName'] ?? '')?.age(now);
      },
    },
    stop: async () => {
      for (const stream of streams.values()) stream.stop();
    },
  };
}
