import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readBaseline, writeBaseline } from './baseline.ts';
import { checkContracts, RELEASED_FOLDER } from './check-contracts.ts';
import { findExampleFault } from './check-examples.ts';
import { isBreaking } from './finding.ts';
import { renderReport } from './report.ts';

const DELETED = 'catalog.item.deleted.v1';
const EXAMPLE = join(DELETED, 'examples', 'by-its-owner.json');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'torii-released-'));
  cpSync(RELEASED_FOLDER, folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = (path: string): string => readFileSync(join(folder, path), 'utf8');
const edit = (path: string, change: (text: string) => string): void => writeFileSync(join(folder, path), change(read(path)));
/** The copied release says of this field what the source does not. */
const releaseOtherwise = (name: string, change: (text: string) => string): void => {
  const { contracts } = readBaseline(folder);
  const changed = contracts.map((contract) =>
    contract.name === name
      ? { ...contract, schema: JSON.parse(change(JSON.stringify(contract.schema))) as typeof contract.schema }
      : contract,
  );
  writeBaseline(folder, changed);
};
const findings = () => checkContracts(folder).findings.filter(({ name }) => name === DELETED);

describe('the release', () => {
  it('holds at least 24 contracts and 50 golden examples, and one of each message version', () => {
    const { contracts, examples } = readBaseline(RELEASED_FOLDER);
    expect(contracts.length).toBeGreaterThanOrEqual(24);
    expect(examples.length).toBeGreaterThanOrEqual(50);
    const lacking = contracts.filter(({ name, kind }) => kind !== 'envelope' && !examples.some((example) => example.name === name));
    expect(lacking).toEqual([]);
  });

  it('is written the same again', () => {
    const before = [read('manifest.json'), read(join(DELETED, 'schema.json'))];
    writeBaseline(folder, checkContracts(folder).current);
    expect([read('manifest.json'), read(join(DELETED, 'schema.json'))]).toEqual(before);
  });

  it('does not take a golden example that was edited for the one that was released', () => {
    edit(EXAMPLE, (text) => text.replace('LAMP-01', 'LAMP-02'));
    expect(findings()).toMatchObject([{ rule: 'example-edited', breaks: [{ reader: 'new-consumers' }] }]);
    writeBaseline(folder, checkContracts(folder).current);
    expect(findings()).toMatchObject([{ rule: 'example-edited' }]);
  });

  it('misses a golden example that is gone', () => {
    rmSync(join(folder, EXAMPLE));
    expect(findings()).toMatchObject([{ rule: 'example-removed', breaks: [{ reader: 'new-consumers' }] }]);
  });

  it('notices a schema that somebody edited to get past the check', () => {
    edit(join(DELETED, 'schema.json'), (text) => text.replace('"version"\n', '"version" \n'));
    expect(findings()).toMatchObject([{ rule: 'schema-edited', breaks: [{ reader: 'new-consumers' }] }]);
  });

  it('takes a new golden example', () => {
    writeFileSync(join(folder, DELETED, 'examples', 'another.json'), read(EXAMPLE));
    expect(findings()).toMatchObject([{ rule: 'example-added', breaks: [] }]);
    writeBaseline(folder, checkContracts(folder).current);
    expect(findings()).toEqual([]);
  });

  it('takes no message without an example, and none that the code cannot read', () => {
    writeFileSync(join(folder, DELETED, 'examples', 'another.json'), read(EXAMPLE).replace('"LAMP-01"', '42'));
    rmSync(join(folder, 'jobs.finish-import.v1'), { recursive: true });
    const { unfit } = checkContracts(folder);
    expect(unfit.toSorted()).toEqual([
      expect.stringContaining('catalog.item.deleted.v1 has a golden example, another.json, which does not fit its schema: sku'),
      expect.stringContaining('jobs.finish-import.v1 has no golden example'),
    ]);
  });
});

describe('the check', () => {
  it('tells event, field, publisher, the subscribers that break, and what to do instead', () => {
    releaseOtherwise(DELETED, (text) =>
      text.replace('"sku":{"type":"string"}', '"sku":{"type":["string","null"]},"reason":{"type":"string"}'),
    );
    const check = checkContracts(folder);
    expect(check.findings.filter(isBreaking).map(({ rule, path }) => `${rule} ${path}`)).toEqual([
      'field-removed reason',
      'type-narrowed sku',
    ]);
    const report = renderReport(check);
    expect(report).toContain('✗ catalog.item.deleted.v1, published by catalog');
    expect(report).toContain('catalog.item.deleted.v1: sku does not take null any more [type-narrowed]');
    expect(report).toContain(
      'breaks catalog, jobs-projection: once deployed, cannot read what is in outboxes, queues, dead-letter queues and the archive',
    );
    expect(report).toContain('add catalog.item.deleted.v2 beside it, with an upcast');
    expect(report).toContain('2 breaking, 0 other');
  });

  it('lets additions pass and says that they wait for their release', () => {
    releaseOtherwise(DELETED, (text) => text.replace('"description":"An item is gone', '"description":"Once an item is gone'));
    const check = checkContracts(folder);
    expect(check.findings).toMatchObject([{ name: DELETED, rule: 'text-changed', breaks: [] }]);
    expect(renderReport(check)).toContain('Nothing breaks. 1 not released yet: npm run contracts:release');
  });

  it('notices a released example that the code cannot read, whatever the schemas say', () => {
    writeFileSync(join(folder, DELETED, 'examples', 'another.json'), read(EXAMPLE).replace('"LAMP-01"', '42'));
    writeBaseline(folder, checkContracts(folder).current);
    expect(findings()).toMatchObject([
      { rule: 'example-unreadable', breaks: [{ reader: 'new-consumers', consumers: ['catalog', 'jobs-projection'] }] },
    ]);
  });
});

describe('a golden example', () => {
  const withData = (data: Readonly<Record<string, unknown>>): string => {
    const example = JSON.parse(read(EXAMPLE)) as { readonly data: Readonly<Record<string, unknown>> };
    return JSON.stringify({ ...example, data: { ...example.data, ...data } });
  };

  it('fits envelope, type and schema, and is the same once it has been parsed', () => {
    expect(findExampleFault({ name: DELETED, text: withData({}) })).toBeUndefined();
    expect(findExampleFault({ name: DELETED, text: withData({ version: 0 }) })).toContain('does not fit its schema: version');
    expect(findExampleFault({ name: DELETED, text: withData({ colour: 'red' }) })).toContain('is not what it was once it has been parsed');
    expect(findExampleFault({ name: 'catalog.item.created.v1', text: withData({}) })).toBe('is of type catalog.item.deleted.v1');
    expect(findExampleFault({ name: DELETED, text: '{"id":"1"}' })).toContain('is no envelope');
    expect(findExampleFault({ name: DELETED, text: withData({}) }, ['jobs'])).toBe('comes from /torii/catalog; its source is /torii/jobs');
  });

  it('of a retired version fits the successor once it is upcast', () => {
    const { contracts, examples } = readBaseline(RELEASED_FOLDER);
    const retired = examples.filter(({ name }) => contracts.some((contract) => contract.name === name && contract.upcastTo !== undefined));
    expect(retired.length).toBeGreaterThanOrEqual(6);
    expect(retired.map((example) => findExampleFault(example)).filter((found) => found !== undefined)).toEqual([]);
  });
});
