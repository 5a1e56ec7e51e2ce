// The lines that existing files need: what no folder of the service's own can say.
import type { Names } from './names.ts';
import { addGoldenRows, listStatefulRows } from './infra-expectations.ts';
import type { Repository } from './repository.ts';
import { insertSorted, replaceOnce, type SourceText } from './text.ts';

type Edit = (source: SourceText, names: Names) => SourceText;

const EDITS: Readonly<Record<string, Edit>> = {
  'contracts/src/topology.ts': addToTopology,
  'contracts/src/index.ts': (source, { name }) => insertSorted(source, /^export \* from '\.\/http\//, `export * from './http/${name}.ts';`),
  'infra/src/stacks/messaging-stack.ts': addTopic,
  'infra/src/stacks/data-stack.ts': addSchema,
  'infra/src/environment-stage.ts': addStack,
  'infra/test/expected-resources.ts': addStatefulRows,
  'infra/test/expected-variables.ts': addOwnVariables,
  'services/frontend/src/domain/api-target.ts': (source, { name }) =>
    replaceOnce(source, /const OPEN_PATHS = \[([^\]]*)\];/, (paths = '') => `const OPEN_PATHS = [${append(paths, name)}];`),
  'docs/errors.md': addErrorCode,
};

/** Every existing file that changes, with its text after the change. @throws Error that names a file whose place for it is gone */
export function planEdits(repository: Repository, names: Names, priority: number): readonly SourceText[] {
  const open = (path: string): SourceText => ({ path, text: repository.read(path) });
  return [
    ...Object.entries(EDITS).map(([path, edit]) => edit(open(path), names)),
    ...['', '.staging', '.prod'].map((stage) =>
      addGoldenRows(open(`infra/test/golden/left-to-code-deploy${stage}.json`), names.name, priority),
    ),
    addVariables(addReader(open('docs/configuration.md'), names.name, listPublishers(repository.read('contracts/src/topology.ts'))), names),
  ];
}

function listPublishers(topology: string): readonly string[] {
  const list = /export const PUBLISHERS = \[([^\]]*)\]/.exec(topology)?.[1] ?? '';
  return [...list.matchAll(/'([a-z-]+)'/g)].map(([, publisher]) => publisher ?? '');
}

function addToTopology(source: SourceText, { name, camel }: Names): SourceText {
  const schemas = ['created', 'changed'].map((fact) => ({ fact, schema: `${camel}Note${fact === 'created' ? 'Created' : 'Changed'}V1` }));
  const imported = schemas.reduce(
    (text, { fact, schema }) =>
      insertSorted(text, /^import .* from '\.\/events\//, `import { ${schema} } from './events/${name}-note-${fact}-v1.ts';`),
    source,
  );
  const lists = [
    /(export const PUBLISHERS = \[)([^\]]*)(\] as const;)/,
    /(export const CONSUMERS = \[)([^\]]*)(\] as const;)/,
    /('identity\.user\.deleted\.v1': \{[^}]*\bsubscribers: \[)([^\]]*)(\])/,
  ];
  const listed = lists.reduce(
    (text, list) => replaceOnce(text, list, (start = '', others = '', end = '') => `${start}${append(others, name)}${end}`),
    imported,
  );
  const events = schemas.map(
    ({ fact, schema }) => `  '${name}.note.${fact}.v1': { schema: ${schema}, publisher: '${name}', subscribers: [] },`,
  );
  return replaceOnce(
    listed,
    /\n(\} as const satisfies Readonly<Record<string, EventContract>>;)/,
    (end = '') => `\n${events.join('\n')}\n${end}`,
  );
}

/** What stands between the brackets of a list, on one line or on several, with one more name in it. */
function append(list: string, name: string): string {
  const names = list.trim().replace(/,$/, '');
  return names === '' ? `'${name}'` : `${names}, '${name}'`;
}

function addTopic(source: SourceText, { key, pascal }: Names): SourceText {
  return replaceOnce(
    source,
    /( {4}this\.topics = \{\n(?: {6}.*\n)*)/,
    (topics = '') => `${topics}      ${key}: new Topic(this, '${pascal}Events', { masterKey: topicKey, enforceSSL: true }),\n`,
  );
}

function addSchema(source: SourceText, { key, snake }: Names): SourceText {
  return replaceOnce(
    source,
    /( {4}this\.schemas = \{\n(?: {6}.*\n)*)/,
    (schemas = '') => `${schemas}      ${key}: provisioner.addSchema('${snake}'),\n`,
  );
}

function addStack(source: SourceText, { name, pascal }: Names): SourceText {
  const imported = insertSorted(
    source,
    /^import \{ \w+Stack \} from '\.\/stacks\//,
    `import { ${pascal}Stack } from './stacks/${name}-stack.ts';`,
  );
  const line = `    new ${pascal}Stack(this, '${pascal}', { ...stack('svc-${name}'), ...serviceProps });`;
  return replaceOnce(imported, /\n( {4}new FrontendStack\()/, (frontend = '') => `\n${line}\n${frontend}`);
}

function addStatefulRows(source: SourceText, names: Names): SourceText {
  const rows = listStatefulRows(names).map(
    ({ type, stack, logicalId }) => `  { type: '${type}', stack: '${stack}', logicalId: '${logicalId}' },\n`,
  );
  return replaceOnce(
    source,
    /(export const STATEFUL_RESOURCES: readonly StatefulResource\[\] = \[\n(?: {2}.*\n)*)/,
    (existing = '') => `${existing}${rows.join('')}`,
  );
}

function addErrorCode(source: SourceText, { name, capitals }: Names): SourceText {
  const section = [
    `## ${name}`,
    '',
    '| code | shows as | means | do |',
    '| --- | --- | --- | --- |',
    `| \`${capitals}_NOTE_NOT_FOUND\` | 404 | There is no such note, or it is somebody else's. | – |`,
    `| \`${capitals}_NOTE_VERSION_STALE\` | 412 | Somebody changed the note since it was read. | Read it again and repeat the change. |`,
    '',
    '',
  ];
  return replaceOnce(source, /\n(## The web application\n)/, (next = '') => `\n${section.join('\n')}${next}`);
}

function addOwnVariables(source: SourceText, { key, capitals }: Names): SourceText {
  return replaceOnce(
    source,
    /(export const OWN_VARIABLES: [^=]+ = \{\n[^}]*)\};/,
    (rows = '') => `${rows}  ${key}: ['${capitals}_EVENTS_QUEUE_URL'],\n};`,
  );
}

/** The queue that it takes events from. */
function addVariables(source: SourceText, { name, capitals }: Names): SourceText {
  const section = [
    `## ${name}`,
    '',
    `**Read by** ${name}`,
    '',
    '| variable | unit | meaning | default | in the template |',
    '| --- | --- | --- | --- | --- |',
    `| \`${capitals}_EVENTS_QUEUE_URL\` | URL | Events it subscribes to. | **required** | queue \`${name}-events\`, stack \`messaging\` |`,
    '',
    '',
  ];
  return replaceOnce(source, /\n(## frontend\n)/, (next = '') => `\n${section.join('\n')}${next}`);
}

/** Variables that every backend reads are read by this one too. */
function addReader(source: SourceText, name: string, publishers: readonly string[]): SourceText {
  const readers = publishers.join(' · ');
  const text = source.text.replaceAll(new RegExp(`^(\\*\\*Read by\\*\\* ${readers})(?= · |$)`, 'gm'), `$1 · ${name}`);
  if (text === source.text)
    throw new Error(`${source.path} cannot be changed: it has no line "**Read by** ${readers}". Nothing was written.`);
  return { ...source, text };
}
