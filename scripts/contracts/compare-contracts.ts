// What changed between the release and the source, message by message.
import { isDeepStrictEqual } from 'node:util';
import { compareSchemas } from './compare-schemas.ts';
import type { Contract } from './contract.ts';
import { acceptCorrections } from './corrections.ts';
import { breakOf, type Finding, type Rule } from './finding.ts';
import type { Reader } from './schema-changes.ts';

const BOTH: readonly Reader[] = ['old-consumers', 'new-consumers'];

export function compareContracts(released: readonly Contract[], current: readonly Contract[]): readonly Finding[] {
  const find = (list: readonly Contract[], name: string): Contract | undefined => list.find((contract) => contract.name === name);
  return acceptCorrections([
    ...released.flatMap((before) => {
      const after = find(current, before.name);
      return after === undefined
        ? [describeRemoval(before)]
        : [...compareSchemasOf(before, after), ...compareRoles(before, after, current)];
    }),
    ...current.flatMap((after) => (find(released, after.name) === undefined ? [describeAddition(after)] : [])),
  ]);
}

function describeRemoval(before: Contract): Finding {
  const text = 'is gone; a version that nobody writes any more stays, with an upcast to its successor';
  return finding('message-removed', before, before, text, BOTH);
}

function describeAddition(after: Contract): Finding {
  return finding('message-added', after, after, `is new, ${describeWriters(after)}`);
}

function compareSchemasOf(before: Contract, after: Contract): readonly Finding[] {
  const changes = compareSchemas(before.schema, after.schema);
  const isSilent = changes.length === 0 && JSON.stringify(before.schema) !== JSON.stringify(after.schema);
  return [
    ...changes.map(({ rule, path, text, breaks }) => ({
      name: after.name,
      rule,
      path,
      text,
      breaks: breaks.map((reader) => breakOf(reader, before, after)),
    })),
    ...(isSilent ? [finding('text-changed', before, after, 'is written otherwise and means the same')] : []),
  ];
}

function compareRoles(before: Contract, after: Contract, current: readonly Contract[]): readonly Finding[] {
  const roles =
    after.kind === 'event' ? compareEventRoles(before, after) : after.kind === 'command' ? compareCommandRoles(before, after) : [];
  return [...roles, ...compareUpcast(before, after, current)];
}

function compareEventRoles(before: Contract, after: Contract): readonly Finding[] {
  const { lost, gained } = compareNames(before.readers, after.readers);
  const publishers = isDeepStrictEqual(before.writers, after.writers)
    ? []
    : [
        finding('publisher-changed', before, after, `is published by ${after.writers.join()}; it was ${before.writers.join()}`, [
          'old-consumers',
        ]),
      ];
  const bus = before.onBus
    ? finding('bus-left', before, after, 'is not put on the event bus any more', ['old-consumers'])
    : finding('bus-joined', before, after, 'is put on the event bus as well');
  return [
    ...publishers,
    ...(before.onBus === after.onBus ? [] : [bus]),
    ...gained.map((name) => finding('subscriber-added', before, after, `is taken by ${name} as well`)),
    ...lost.map((name) => finding('subscriber-left', before, after, `is not taken by ${name} any more`)),
  ];
}

function compareCommandRoles(before: Contract, after: Contract): readonly Finding[] {
  const { lost, gained } = compareNames(before.writers, after.writers);
  const owners = isDeepStrictEqual(before.readers, after.readers)
    ? []
    : [
        finding('owner-changed', before, after, `is carried out by ${after.readers.join()}; it was ${before.readers.join()}`, [
          'old-consumers',
        ]),
      ];
  return [
    ...owners,
    ...gained.map((name) => finding('sender-added', before, after, `is sent by ${name} as well`)),
    ...lost.map((name) => finding('sender-left', before, after, `is not sent by ${name} any more`)),
  ];
}

/** Who took the version that is retired must take what comes in its place, or it hears nothing any more. */
function compareUpcast(before: Contract, after: Contract, current: readonly Contract[]): readonly Finding[] {
  if (before.upcastTo === after.upcastTo) return [];
  if (after.upcastTo === undefined) return [finding('message-back', before, after, 'is published again')];
  const successor = current.find(({ name }) => name === after.upcastTo);
  const deaf = before.readers.filter((reader) => successor?.readers.includes(reader) !== true);
  if (successor !== undefined && deaf.length === 0)
    return [finding('message-retired', before, after, `is retired: ${describeWriters(successor)} as ${successor.name}`)];
  const text = `is retired for ${after.upcastTo}, which ${successor === undefined ? 'does not exist' : `${deaf.join(', ')} does not take`}`;
  return [{ ...finding('retired-without-a-successor', before, after, text), breaks: [{ reader: 'new-consumers', consumers: deaf }] }];
}

function compareNames(
  before: readonly string[],
  after: readonly string[],
): { readonly lost: readonly string[]; readonly gained: readonly string[] } {
  return { lost: before.filter((name) => !after.includes(name)), gained: after.filter((name) => !before.includes(name)) };
}

export function describeWriters({ kind, writers }: Contract): string {
  const names = writers.length === 0 ? 'operators' : writers.join(', ');
  return `${kind === 'command' ? 'sent' : 'published'} by ${names}`;
}

// oxlint-disable-next-line max-params -- both sides, and what is to be said of them
function finding(rule: Rule, before: Contract, after: Contract, text: string, readers: readonly Reader[] = []): Finding {
  return { name: after.name, rule, path: '', text, breaks: readers.map((reader) => breakOf(reader, before, after)) };
}
