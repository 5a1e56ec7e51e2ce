import { jestLevel, type Step } from './steps.ts';

const SOURCES = [
  'contracts',
  'chassis',
  'services',
  'infra',
  'local',
  'testing',
  'e2e',
  'bench',
  'operations',
  'faults',
  'fitness',
  'scripts',
];

export const CHECKS: readonly Step[] = [
  { name: 'format', command: ['oxfmt', '--check', '.'] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings', '.'] },
  { name: 'types', command: ['tsc', '--project', '.'] },
  { name: 'types of the web app', command: ['tsc', '--project', 'services/frontend/web'] },
  { name: 'boundaries', command: ['depcruise', '--output-type', 'err', ...SOURCES] },
  { name: 'unused code', command: ['knip'] },
  { name: 'contracts', command: ['node', 'scripts/contracts-check.ts', '--released'] },
  { name: 'migrations', command: ['node', 'scripts/migrations-check.ts', '--no-database'] },
  jestLevel('unit'),
  jestLevel('fitness'),
];
