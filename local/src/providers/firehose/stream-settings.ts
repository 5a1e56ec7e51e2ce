import type { Properties } from '../../provider.ts';
import { flagOf, numberOf, recordOf, recordsOf, requiredText, textOf } from '../../read-value.ts';
import { assertPrefix } from './prefix.ts';

export interface StreamSettings {
  readonly name: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly fileExtension: string;
  /** After each record. */
  readonly delimiter: string;
  readonly maxBytes: number;
  readonly maxAgeMs: number;
}

/** Firehose's own. */
const DEFAULT_SIZE_MIB = 5;
const DEFAULT_INTERVAL_SECONDS = 300;

/** What changes objects and is not imitated; a stream that asks for it fails the start. */
const REFUSED: readonly (readonly [what: string, isAsked: (destination: Properties) => boolean])[] = [
  ['compression', ({ CompressionFormat }) => !['UNCOMPRESSED', undefined].includes(textOf(CompressionFormat))],
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
    delimiter: parseDelimiter(recordOf(destination['ProcessingConfiguration'])),
    maxBytes: (numberOf(hints['SizeInMBs']) ?? DEFAULT_SIZE_MIB) * 1024 * 1024,
    maxAgeMs: (numberOf(hints['IntervalInSeconds']) ?? DEFAULT_INTERVAL_SECONDS) * 1000,
  };
}

function parseDelimiter(processing: Properties): string {
  if (flagOf(processing['Enabled']) !== true) return '';
  const processors = recordsOf(processing['Processors']);
  const unknown = processors.find(({ Type }) => textOf(Type) !== 'AppendDelimiterToRecord');
  if (unknown !== undefined)
    throw new Error(
      `A stream cannot have the processor ${textOf(unknown['Type'])}: AppendDelimiterToRecord is the one that works on this machine`,
    );
  const [parameter] = processors
    .flatMap(({ Parameters }) => recordsOf(Parameters))
    .filter(({ ParameterName }) => ParameterName === 'Delimiter');
  return processors.length === 0 ? '' : (textOf(parameter?.['ParameterValue']) ?? '\n').replaceAll('\\n', '\n');
}
