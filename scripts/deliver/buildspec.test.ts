// buildspec.yml calls npm scripts and nothing else: whatever a pipeline does can be run, read and tested here.
import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { ROOT } from '../steps.ts';

// Strict: a key that nobody expects, `runtime-versions` for one, fails in the build image that the steps run in.
const buildSpec = z.strictObject({
  version: z.literal(0.2),
  env: z.strictObject({ variables: z.record(z.string(), z.string()) }),
  phases: z.record(
    z.enum(['build']),
    z.strictObject({ 'on-failure': z.literal('ABORT'), commands: z.array(z.string().regex(/^npm run deliver -- "\$STEP"$/)).min(1) }),
  ),
  artifacts: z.strictObject({ 'base-directory': z.string(), files: z.tuple([z.literal('**/*')]) }),
});

const text = readFileSync(join(ROOT, 'buildspec.yml'), 'utf8');

describe('buildspec.yml', () => {
  it('has npm scripts for commands, and no Node of its own', () => {
    expect(buildSpec.safeParse(parse(text)).error).toBeUndefined();
  });

  it('hands on what the steps write', () => {
    const { artifacts } = buildSpec.parse(parse(text));
    expect(readFileSync(join(ROOT, 'scripts/deliver/artifacts.ts'), 'utf8')).toContain(`join(ROOT, '${artifacts['base-directory']}')`);
    expect(readFileSync(join(ROOT, '.gitignore'), 'utf8')).toContain(`${artifacts['base-directory']}/`);
  });

  it.each([
    ['a command that is no npm script', text.replace('npm run deliver', 'docker build . && npm run deliver')],
    ['a Node of its own', text.replace('phases:', 'phases:\n  install:\n    runtime-versions: { nodejs: 24 }')],
    ['a step that goes on after a failure', text.replace('ABORT', 'CONTINUE')],
  ])('may not have %s', (_what, changed) => {
    expect(changed).not.toBe(text);
    expect(buildSpec.safeParse(parse(changed)).success).toBe(false);
  });
});
