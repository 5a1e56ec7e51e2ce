// Every dependency rule has an import that must break it; and the real tree must really have been cruised.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
/** Fewer modules than this and the cruise has missed a folder: a checker that looks at nothing passes. */
const MODULES_FLOOR = 150;

/** rule → the file that breaks it and what that file must not import */
const CANARIES: Readonly<Record<string, readonly [file: string, imported: string]>> = {
  'no-circular': ['contracts/src/one.ts', './two.ts'],
  'contracts-imports-zod-only': ['contracts/src/pinned.ts', 'pino'],
  'chassis-knows-no-service': ['chassis/src/knowing.ts', '../../services/catalog/src/item.ts'],
  'no-service-imports-another': ['services/jobs/src/store/reaching.ts', '../../../catalog/src/item.ts'],
  'services-know-no-cloud': ['services/jobs/src/local.ts', '../../../local/src/platform.ts'],
  'infra-imports-contracts-only': ['infra/src/reaching.ts', '../../chassis/src/http.ts'],
  'local-knows-templates-only': ['local/src/reaching.ts', '../../services/catalog/src/item.ts'],
  'testing-is-for-tests': ['services/catalog/src/cheating.ts', '../../../testing/src/tokens.ts'],
  'domain-does-no-io': ['services/catalog/src/domain/reading.ts', '../store/items.ts'],
  'chassis-brings-no-library-twice': ['services/catalog/src/http/direct.ts', 'pino'],
  'no-unresolvable': ['chassis/src/missing.ts', './nowhere.ts'],
};

const PLAIN_FILES = [
  'services/catalog/src/item.ts',
  'services/catalog/src/store/items.ts',
  'local/src/platform.ts',
  'chassis/src/http.ts',
  'testing/src/tokens.ts',
];

interface Cruise {
  readonly summary: {
    readonly totalCruised: number;
    readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[];
  };
}

function cruise(folder: string, places: readonly string[]): Cruise {
  const depcruise = join(ROOT, 'node_modules', '.bin', 'depcruise');
  const words = ['--config', join(ROOT, '.dependency-cruiser.cjs'), '--output-type', 'json', ...places];
  return JSON.parse(spawnSync(depcruise, words, { cwd: folder, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }).stdout) as Cruise;
}

function write(folder: string, file: string, source: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), source);
}

describe('boundary canaries', () => {
  let folder = '';
  let violations: Cruise['summary']['violations'] = [];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'torii-boundary-'));
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    write(folder, 'package.json', JSON.stringify({ name: 'canary', type: 'module', dependencies: { pino: '*' } }));
    for (const file of PLAIN_FILES) write(folder, file, 'export const plain = 1;\n');
    for (const [file, imported] of Object.values(CANARIES)) write(folder, file, `import '${imported}';\n`);
    write(folder, 'contracts/src/two.ts', "import './one.ts';\n");
    violations = cruise(folder, ['contracts', 'chassis', 'services', 'infra', 'local', 'testing']).summary.violations;
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(Object.entries(CANARIES))('%s fails its canary', (rule, [file]) => {
    expect(violations.filter((violation) => violation.from === file).map((violation) => violation.rule.name)).toContain(rule);
  });
});

describe('boundaries', () => {
  it(`cruises at least ${MODULES_FLOOR} modules of the project`, () => {
    const { summary } = cruise(ROOT, ['contracts/src', 'chassis/src', 'services', 'infra/src', 'local/src']);
    expect(summary.totalCruised).toBeGreaterThanOrEqual(MODULES_FLOOR);
  });
});
