import type { Properties } from '../../provider.ts';
import { flagOf, numberOf, recordOf, recordsOf, requiredText, textOf } from '../../read-value.ts';
import { assertPrefix } from './prefix.ts';

export interface StreamSettings {
  readonly name: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly fileExtension: string;
  /** Records are what CloudWatch Logs sends: each is many lines, packed. */
  readonly unpacksLogs: boolean;
  /** After each record, or each line of one. */
  readonly delimiter: string;
  /** Objects are packed by gzip. */
  readonly isCompressed: boolean;
  readonly maxBytes: number;
  readonly maxAgeMs: number;
}

/** Firehose's own. */
const DEFAULT_SIZE_MIB = 5;
const DEFAULT_INTERVAL_SECONDS = 300;

/** What changes objects and is not imitated; a stream that asks for it fails the start. */
const REFUSED: readonly (readonly [what: string, isAsked: (destination: Properties) => boolean])[] = [
  ['compression other than GZIP', ({ CompressionFormat }) => !['UNCOMPRESSED', 'GZIP', undefined].includes(textOf(CompressionFormat))],
  [
    'dynamic partitioning',
    ({ DynamicPartitioningConfiguration }) => flagOf(recordOf(DynamicPartitioningConfiguration)['Enabled']) === true,
  ],
  ['format conversion', ({ DataFormatConversionConfiguration }) => flagOf(recordOf(DataFormatConversionConfiguration)['Enabled']) === true],
  ['a backup', ({ S3BackupMode }) => textOf(S3BackupMode) === 'Enabled'],
  ['a time zone', ({ CustomTimeZone }) => !['UTC', undefined].includes(textOf(CustomTimeZone))],
];

/** @throws Error saying what of the stream does not work on this machine. */
export function parseStream(properties: Properties, name: string): StreamSettings {
  const other = Object.keys(properties).find(
    (property) => /Destination|Source(Configuration|$)/.test(property) && !property.includes('S3'),
  );
  if (other !== undefined)
    throw new Error(`A stream cannot have ${other}: on this machine it takes records directly and brings them to S3`);
  const destination = recordOf(properties['ExtendedS3DestinationConfiguration'] ?? properties['S3DestinationConfiguration']);
  for (const [what, isAsked] of REFUSED)
    if (isAsked(destination)) throw new Error(`A stream cannot have ${what}: records arrive as they are on this machine`);
  const hints = recordOf(destination['BufferingHints']);
  const prefix = textOf(destination['Prefix']) ?? '';
  assertPrefix(prefix);
  return {
    name,
    bucket: requiredText(destination, 'BucketARN').split(':').at(-1) ?? '',
    prefix,
    fileExtension: textOf(destination['FileExtension']) ?? '',
    ...parseProcessing(recordOf(destination['ProcessingConfiguration'])),
    isCompressed: textOf(destination['CompressionFormat']) === 'GZIP',
    maxBytes: (numberOf(hints['SizeInMBs']) ?? DEFAULT_SIZE_MIB) * 1024 * 1024,
    maxAgeMs: (numberOf(hints['IntervalInSeconds']) ?? DEFAULT_INTERVAL_SECONDS) * 1000,
  };
}

const PROCESSORS = ['Decompression', 'CloudWatchLogProcessing', 'AppendDelimiterToRecord'];

function parseProcessing(processing: Properties): Pick<StreamSettings, 'unpacksLogs' | 'delimiter'> {
  if (flagOf(processing['Enabled']) !== true) return { unpacksLogs: false, delimiter: '' };
  const processors = recordsOf(processing['Processors']);
  const types = processors.map(({ Type }) => textOf(Type) ?? '');
  const unknown = types.find((type) => !PROCESSORS.includes(type));
  if (unknown !== undefined)
    throw new Error(`A stream cannot have the processor ${unknown}: those that work on this machine are ${PROCESSORS.join(', ')}`);
  const unpacksLogs = types.includes('Decompression');
  if (unpacksLogs !== types.includes('CloudWatchLogProcessing'))
    throw new Error(
      'A stream cannot have only one of the processors Decompression and CloudWatchLogProcessing: on this machine they belong together',
    );
  const parameters = processors.flatMap(({ Parameters }) => recordsOf(Parameters));
  const delimiter = textOf(parameters.find(({ ParameterName }) => ParameterName === 'Delimiter')?.['ParameterValue']) ?? '\n';
  return { unpacksLogs, delimiter: types.includes('AppendDelimiterToRecord') ? delimiter.replaceAll('\\n', '\n') : '' };
}
