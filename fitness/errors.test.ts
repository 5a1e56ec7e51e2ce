// docs/errors.md and the codes of the source are the same set, and the page states the status each is answered with.
import { beforeAll, describe, expect, it } from '@jest/globals';
import { PUBLISHERS } from '@torii/contracts';
import { DEAD_LETTER_REASONS } from '../chassis/src/messaging/failures.ts';
import { findCodes, type FoundCode, type SourceFile } from './error-codes.ts';
import { codeOf, readTables } from './markdown.ts';
import { listSources, readText } from './repository.ts';

/** Fewer codes than this and the scan has missed a folder. */
const CODES_FLOOR = 80;
/** A code without a status in the source shows as one of these. */
const OTHER_PLACES = ['row', 'job', 'message', 'page'];

interface Documented {
  readonly code: string;
  readonly statuses: readonly number[];
  readonly places: readonly string[];
}

function readPage(markdown: string): readonly Documented[] {
  const rows = readTables(markdown).filter((row) => row['code'] !== undefined);
  return rows.map((row) => {
    const shown = (row['shows as'] ?? '').split(', ');
    return {
      code: codeOf(row['code'] ?? ''),
      statuses: shown.filter((place) => /^\d{3}$/.test(place)).map(Number),
      places: shown.filter((place) => !/^\d{3}$/.test(place)),
    };
  });
}

function compare(
  found: readonly FoundCode[],
  page: readonly Documented[],
): { readonly missing: readonly string[]; readonly invented: readonly string[] } {
  const codes = new Set(found.map(({ code }) => code));
  const documented = new Set(page.map(({ code }) => code));
  return { missing: [...codes.difference(documented)].toSorted(), invented: [...documented.difference(codes)].toSorted() };
}

/** A page that gives a status gives exactly those of the source; one that gives none names another place where the code shows. */
function listWrongStatuses(found: readonly FoundCode[], page: readonly Documented[]): readonly string[] {
  return page.flatMap(({ code, statuses, places }) => {
    const expected = new Set(found.flatMap((entry) => (entry.code === code && entry.status !== undefined ? [entry.status] : [])));
    const isRight = statuses.length === 0 ? places.length > 0 : new Set(statuses).symmetricDifference(expected).size === 0;
    return isRight && places.every((place) => OTHER_PLACES.includes(place)) ? [] : [`${code}: ${[...expected].join(', ')}`];
  });
}

const toFile = (text: string): SourceFile => ({ path: 'canary.ts', text });

describe('docs/errors.md', () => {
  let found: readonly FoundCode[] = [];
  let page: readonly Documented[] = [];

  beforeAll(() => {
    found = findCodes(listSources('chassis/src', 'services', 'infra/src').map((path) => ({ path, text: readText(path) })));
    page = readPage(readText('docs/errors.md'));
  });

  it(`finds at least ${CODES_FLOOR} codes in the source`, () => {
    expect(new Set(found.map(({ code }) => code)).size).toBeGreaterThanOrEqual(CODES_FLOOR);
  });

  it('has every code of the source and no other', () => {
    expect(compare(found, page)).toEqual({ missing: [], invented: [] });
  });

  it('has each code once', () => {
    const codes = page.map(({ code }) => code);
    expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([]);
  });

  it('says the HTTP status that the source answers with', () => {
    expect(listWrongStatuses(found, page)).toEqual([]);
  });

  it('has the reasons of dead letters that consumers give, and no other', () => {
    const documented = readTables(readText('docs/errors.md')).flatMap(({ reason }) => (reason === undefined ? [] : [codeOf(reason)]));
    expect(documented.toSorted()).toEqual(DEAD_LETTER_REASONS.toSorted());
  });

  it.each(PUBLISHERS)('knows every code that the README of %s names', (service) => {
    const named = [...readText(`services/${service}/README.md`).matchAll(/\d{3} `([A-Z][A-Z_]+)`/g)].map(([, code]) => code ?? '');
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((code) => !page.some((entry) => entry.code === code))).toEqual([]);
  });

  it.each(['en', 'ja'])('knows every code that the web application has words for, in %s', (language) => {
    const { errors } = JSON.parse(readText(`services/frontend/web/src/locales/${language}.json`)) as {
      readonly errors: Readonly<Record<string, string>>;
    };
    expect(Object.keys(errors).filter((code) => !page.some((entry) => entry.code === code))).toEqual([]);
  });
});

describe('the scan for error codes', () => {
  it.each([
    ['a literal', "throw new ServiceError({ code: 'CANARY', kind: 'conflict', message });", 409],
    ['a status written beside it', "{ id: 'X', status: 418, title: 'x', code: 'CANARY' }", 418],
    [
      'an argument',
      "function fault(code: string): Error {\n  return new ServiceError({ code, kind: 'invalid' });\n}\nfault(\n 'CANARY', 1);",
      400,
    ],
    ['an argument of a class', "class Fault extends Error {\n  constructor(code: string) {\n  }\n}\nthrow new Fault('CANARY');", undefined],
  ])('notices a code that the page lacks: %s', (_where, text, status) => {
    const found = findCodes([toFile(text)]);
    expect(found).toEqual([{ code: 'CANARY', path: 'canary.ts', status }]);
    expect(compare(found, [])).toEqual({ missing: ['CANARY'], invented: [] });
  });

  it('refuses a code that is composed in a way nobody has listed', () => {
    expect(() => findCodes([toFile('function fault(code: string) {\n}\nfault(`${name}_CANARY`);')])).toThrow('composes an error code');
  });

  it('notices a code that no source has, and a wrong status', () => {
    const page = readPage('| code | shows as |\n| --- | --- |\n| `CANARY` | 404, row |\n');
    expect(compare([], page)).toEqual({ missing: [], invented: ['CANARY'] });
    expect(listWrongStatuses([{ code: 'CANARY', path: '', status: 409 }], page)).toEqual(['CANARY: 409']);
  });
});
