// `npm run docs`: makes those parts of the documentation that come from the source.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listDocuments } from './docs/documents.ts';
import { parseCommand } from './parse-command.ts';
import { ROOT } from './steps.ts';

parseCommand({ name: 'npm run docs', usage: '', options: {} });
for (const { path, render } of listDocuments()) keep(path, render);
// What synthesizes takes its time to load.
const { renderStages } = await import('./docs/render-stages.ts');
for (const [path, made] of await renderStages()) keep(path, () => made);

function keep(path: string, render: (current: string) => string): void {
  const file = join(ROOT, path);
  const current = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const made = render(current);
  if (made !== current) writeFileSync(file, made);
  console.log(made === current ? `${path} is up to date.` : `${path} is made again.`);
}
