import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { readAssembly } from '../src/assembly/read-assembly.ts';
import { listResources } from '../src/assembly/template.ts';
import { estimate } from '../src/cost/estimate.ts';
import { readPrices } from '../src/cost/prices.ts';
import { getUsage } from '../src/cost/usage.ts';
import { getStage, type Synthesized } from './synthesized.ts';

const COST = fileURLToPath(new URL('../src/cost/main.ts', import.meta.url));
/** Synthesis of everything takes a quarter of a minute, longer on a busy machine. */
const SYNTHESIS_TIMEOUT_MS = 240_000;

let dev: Synthesized;
beforeAll(() => {
  dev = getStage('dev');
}, SYNTHESIS_TIMEOUT_MS);

describe('npm run cost', () => {
  it('prices every type of the dev stage', () => {
    const stacks = readAssembly(join(dev.folder, 'assembly-dev'));
    expect(listResources(stacks).length).toBe(dev.resources.length);
    const { lines, totalUsd } = estimate({ stacks, usage: getUsage('dev'), pricesOf: readPrices });
    expect(new Set(lines.map(({ stack }) => stack)).size).toBe(stacks.length);
    // Cheap is what dev is for: a NAT gateway, on-demand tasks or endpoints in each zone would not pass.
    expect(totalUsd).toBeLessThan(150);
    expect(totalUsd).toBeGreaterThan(50);
  });

  it('prints the estimate for people', () => {
    const { status, stdout } = run('--env', 'dev', '--assembly', dev.folder);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^dev: about \$\d+ a month\n/);
    expect(stdout).toMatch(/ElasticLoadBalancingV2::LoadBalancer +elb\.alb +730 hours +\$0\.0252 +\$18\.40/);
  });

  it('prints it for machines', () => {
    const { stdout } = run('--assembly', dev.folder, '--json');
    const { totalUsd, lines } = parseReport(stdout);
    expect(lines.reduce((sum, line) => sum + line.monthlyUsd, 0)).toBeCloseTo(totalUsd);
  });

  it('prices the tools account', () => {
    const { status, stdout, stderr } = run('--stage', 'tools', '--assembly', getStage('tools').folder, '--json');
    expect([status, stderr]).toEqual([0, '']);
    const { totalUsd, lines } = parseReport(stdout);
    expect(totalUsd).toBeGreaterThan(20);
    expect(totalUsd).toBeLessThan(300);
    expect(lines.length).toBeGreaterThan(20);
  });

  it('refuses an environment that does not exist, by its name', () => {
    expect(run('--env', 'qa')).toMatchObject({ status: 1, stderr: expect.stringContaining("Environment 'qa'") });
  });
});

function run(...words: readonly string[]) {
  return spawnSync(process.execPath, [COST, ...words], { encoding: 'utf8' });
}

function parseReport(json: string): { readonly totalUsd: number; readonly lines: readonly { readonly monthlyUsd: number }[] } {
  return JSON.parse(json) as ReturnType<typeof parseReport>;
}
