// `npm test` inside a package, and through lerna in every package that changed: the levels of tests that the package has.
import { dirname, relative } from 'node:path';
import { jestLevel, ROOT, runSteps } from './steps.ts';

// npm and lerna set it to the package they run.
const folder = relative(ROOT, dirname(process.env['npm_package_json'] ?? ''));
const levels = ['unit', folder === 'infra' || folder === 'local' ? folder : 'component'];
await runSteps(levels.map((level) => jestLevel(level, '--passWithNoTests', '--testPathPatterns', `/${folder}/`)));
