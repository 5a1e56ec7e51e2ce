import { jestLevel, type Step } from './steps.ts';

const SOURCES = ['contracts', 'chassis', 'services', 'infra', 'local', 'testing', 'e2e', 'bench', 'fitness', 'scripts'];

export const CHECKS: readonly Step[] = [
  { name: 'format', command: ['oxfmt', '--check', '.'] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings', '.'] },
  { name: 'types', command: ['tsc', '--project', '.'] },
  { name: 'types of the web app', command: ['tsc', '--project', 'services/frontend/web'] },
  { name: 'boundaries', command: ['depcruise', '--output-type', 'err', ...SOURCES] },
  { name: 'unused code', command: ['knip'] },
  jestLevel('unit'),
  jestLevel('fitness'),
];
