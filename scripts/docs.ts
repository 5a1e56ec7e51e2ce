// `npm run docs`: makes those parts of the documentation that come from the source.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderPage } from './docs/render-topology.ts';
import { ROOT } from './steps.ts';

const file = join(ROOT, 'docs', 'architecture.md');
const page = readFileSync(file, 'utf8');
const made = renderPage(page);
if (made !== page) writeFileSync(file, made);
console.log(made === page ? 'docs/architecture.md is up to date.' : 'docs/architecture.md is made again.');
