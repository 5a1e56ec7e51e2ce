import { beforeAll, describe, expect, it } from '@jest/globals';
import { LOG_COLUMNS, LOG_TABLE, PARTITION_COLUMN } from '../src/log-lake/columns.ts';
import { getStage, type Found, type Synthesized } from './synthesized.ts';
import { listReferences, textOf, type Json, type Resource } from './template.ts';

/** Synthesis takes a quarter of a minute, longer on a busy machine. */
const SYNTHESIS_TIMEOUT_MS = 240_000;

function at(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>(
    (inner, name) => (typeof inner === 'object' && inner !== null ? (Reflect.get(inner, name) as Json) : undefined),
    value,
  );
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

/** Log groups by stack and logical id. */
type Place = `${string} ${string}`;

/** Where the containers and functions of a stage write, but for functions of us-east-1, whose stacks hold none. */
function listWritten(resources: readonly Found[]): ReadonlySet<Place> {
  const groups = resources.flatMap(({ stack, Type, Properties }) => {
    if (Type === 'AWS::Lambda::Function')
      return listReferences(at(Properties, 'LoggingConfig', 'LogGroup')).map((id): Place => `${stack} ${id}`);
    if (Type !== 'AWS::ECS::TaskDefinition') return [];
    return listOf(Properties['ContainerDefinitions']).flatMap((container) =>
      listReferences(at(container, 'LogConfiguration', 'Options', 'awslogs-group')).map((id): Place => `${stack} ${id}`),
    );
  });
  return new Set(groups);
}

/** The groups that hand their lines on, by what their stacks export. */
function listSubscribed({ templates, resources }: Synthesized): ReadonlySet<Place> {
  const exported = new Map<string, Place>();
  for (const [stack, { Outputs = {} }] of templates)
    for (const { Value, Export } of Object.values(Outputs))
      exported.set(textOf(Export?.Name), `${stack} ${listReferences(Value)[0] ?? ''}`);
  return new Set(
    resources
      .filter(({ Type }) => Type === 'AWS::Logs::SubscriptionFilter')
      .flatMap(({ stack, Properties }) =>
        listReferences(Properties['LogGroupName']).map((name): Place => exported.get(name) ?? `${stack} ${name}`),
      ),
  );
}

/** Words of the SQL that are neither its own, nor names it gives, nor columns of the table. */
function listStrangers(sql: string, columns: readonly string[]): readonly string[] {
  const bare = sql.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'/g, ' ');
  const given = [...bare.matchAll(/\bAS\s+([a-z_0-9]+)/g)].map(([, name = '']) => name);
  const known = new Set([...columns, ...given, LOG_TABLE]);
  // A word before a bracket is a function, one behind a dot a field of a column.
  return [...bare.matchAll(/(?<![.\w])([a-z_][a-z_0-9]*)(?!\w|\s*\()/g)].map(([, word = '']) => word).filter((word) => !known.has(word));
}

describe.each(['dev', 'staging', 'prod'])('the log lake of %s', (name) => {
  let stage: Synthesized;
  const get = (type: string): Resource['Properties'] =>
    stage.find(type).find(({ stack }) => stack === `torii-${name}-log-lake`)?.Properties ?? {};
  beforeAll(() => {
    stage = getStage(name);
  }, SYNTHESIS_TIMEOUT_MS);

  it('takes the lines of every service and every function', () => {
    const written = listWritten(stage.resources);
    expect(written.size).toBeGreaterThanOrEqual(7);
    expect([...written].filter((group) => !listSubscribed(stage).has(group))).toEqual([]);
  });

  it('takes them masked: each group masks e-mail addresses, card numbers and tokens', () => {
    const subscribed = listSubscribed(stage);
    const groups = stage.find('AWS::Logs::LogGroup').filter(({ stack, logicalId }) => subscribed.has(`${stack} ${logicalId}`));
    expect(groups).toHaveLength(subscribed.size);
    for (const { Properties } of groups) expect(JSON.stringify(Properties['DataProtectionPolicy'])).toMatch(/Deidentify.*MaskConfig/);
  });

  it('hands on JSON lines that name their service, and no metrics', () => {
    const patterns = new Set(stage.find('AWS::Logs::SubscriptionFilter').map(({ Properties }) => textOf(Properties['FilterPattern'])));
    expect([...patterns]).toEqual(['{ ($.service = "*") && ($._aws NOT EXISTS) }']);
  });

  it('unpacks what CloudWatch sends, packs a line each, and keeps hours apart', () => {
    const destination = get('AWS::KinesisFirehose::DeliveryStream')['ExtendedS3DestinationConfiguration'];
    const processors = listOf(at(destination, 'ProcessingConfiguration', 'Processors')).map((processor) => textOf(at(processor, 'Type')));
    expect(processors).toEqual(['Decompression', 'CloudWatchLogProcessing', 'AppendDelimiterToRecord']);
    expect(destination).toMatchObject({ CompressionFormat: 'GZIP', Prefix: 'logs/!{timestamp:yyyy/MM/dd/HH}/' });
    expect(listReferences(at(destination, 'EncryptionConfiguration', 'KMSEncryptionConfig', 'AWSKMSKeyARN'))).toHaveLength(1);
  });

  it('finds its hours by the clock, in the folders that the stream makes', () => {
    const parameters = at(get('AWS::Glue::Table'), 'TableInput', 'Parameters');
    expect(parameters).toMatchObject({
      'projection.enabled': 'true',
      [`projection.${PARTITION_COLUMN}.type`]: 'date',
      [`projection.${PARTITION_COLUMN}.format`]: 'yyyy/MM/dd/HH',
      [`projection.${PARTITION_COLUMN}.interval.unit`]: 'HOURS',
    });
    expect(JSON.stringify(at(parameters, 'storage.location.template'))).toContain(`/logs/\${${PARTITION_COLUMN}}/`);
  });

  it('lets nobody read more than the workgroup says, nor answers lie about unencrypted', () => {
    const workGroup = get('AWS::Athena::WorkGroup');
    expect(workGroup['WorkGroupConfiguration']).toMatchObject({
      EnforceWorkGroupConfiguration: true,
      BytesScannedCutoffPerQuery: 10 * 1024 ** 3,
      ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: 'SSE_KMS' } },
    });
    expect(stage.find('AWS::Athena::NamedQuery').map(({ Properties }) => Properties['WorkGroup'])).toEqual(
      Array(5).fill(workGroup['Name']),
    );
  });

  it('asks for nothing but columns of its table, and always for a part of it', () => {
    const storage = at(get('AWS::Glue::Table'), 'TableInput', 'StorageDescriptor');
    const columns = listOf(at(storage, 'Columns')).map((column) => textOf(at(column, 'Name')));
    expect(columns).toEqual(LOG_COLUMNS.map((column) => column.name));
    for (const { Properties } of stage.find('AWS::Athena::NamedQuery')) {
      const sql = textOf(Properties['QueryString']);
      expect({ query: Properties['Name'], strangers: listStrangers(sql, [...columns, PARTITION_COLUMN]) }).toEqual({
        query: Properties['Name'],
        strangers: [],
      });
      expect(sql).toContain(`${PARTITION_COLUMN} BETWEEN /* first-hour */ ? AND /* last-hour */ ?`);
    }
  });

  it('forgets lines, and answers before them', () => {
    const bucket = stage
      .find('AWS::S3::Bucket')
      .find(({ stack, logicalId }) => stack === `torii-${name}-log-lake` && logicalId.startsWith('Lake5'));
    const rules = listOf(at(bucket?.Properties['LifecycleConfiguration'], 'Rules'));
    const days = Object.fromEntries(rules.map((rule) => [textOf(at(rule, 'Prefix')), at(rule, 'ExpirationInDays')]));
    expect(days).toMatchObject({ 'logs/': { dev: 90, staging: 180, prod: 731 }[name], 'results/': 7, 'errors/': 30 });
  });

  it('draws nothing unless the settings name somebody to draw for', () => {
    expect(stage.resources.filter(({ Type }) => Type.startsWith('AWS::QuickSight::'))).toEqual([]);
  });
});

describe('the checks of the log lake', () => {
  it('notice a function whose lines nobody takes', () => {
    const stage = getStage('dev');
    const [first, ...others] = stage.find('AWS::Logs::SubscriptionFilter');
    const resources = stage.resources.filter((resource) => resource.logicalId !== first?.logicalId);
    expect(others.length).toBeGreaterThan(0);
    const subscribed = listSubscribed({ ...stage, resources });
    expect([...listWritten(stage.resources)].filter((group) => !subscribed.has(group))).toHaveLength(1);
  });

  it.each([
    ['a column that does not exist', 'SELECT durationms FROM logs', ['durationms']],
    ['a table that does not exist', 'SELECT status FROM requests', ['requests']],
    [
      'none in texts, comments, functions, fields and names that are given',
      "SELECT count_if(status > 1) AS x, err.message FROM logs -- y\nWHERE level = 'z' ORDER BY x",
      [],
    ],
  ])('notice %s', (_what, sql, strangers) => {
    expect(listStrangers(sql, ['status', 'level', 'err'])).toEqual(strangers);
  });
});
