// The steps of buildspec.yml that are about the environments' stacks: the gate in front of a release, and what deploys them. In a copy of the
// repository, with AWS and CDK's program played by stand-ins.
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { copyRepository } from './copy-repository.ts';
import { startRehearsedCloud, type Answer, type RehearsedCloud, type Script } from './rehearsed-cloud.ts';

/** Node and the SDK, a few times over, on a busy machine. */
const TIMEOUT_MS = 120_000;
const RELEASE = '00000000-0000-4000-8000-00000000000a';
const CHANGE = '00000000-0000-4000-8000-00000000000b';
const RELEASED_AT = 1_790_000_000;

let copy: string;
let cloud: RehearsedCloud;
beforeAll(async () => {
  copy = copyRepository('deliver-infrastructure');
  cloud = await startRehearsedCloud();
});
afterAll(async () => {
  await cloud.close();
  rmSync(copy, { recursive: true, force: true });
});

interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

function deliver(step: string, env: Readonly<Record<string, string>>, script: Script = {}): Promise<Outcome> {
  cloud.play(script);
  const path = [join(copy, 'programs'), process.env['PATH']].join(delimiter);
  const child = spawn(process.execPath, ['scripts/deliver.ts', step], {
    cwd: copy,
    env: { ...cloud.env, POLL_SECONDS: '0.01', AWS_MAX_ATTEMPTS: '1', ...env, PATH: path, FORCE_COLOR: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })));
}

/** One change of the infrastructure, pushed with the release; by how often it was asked, what has become of it in Staging. */
function playPipelines(statuses: readonly string[], overall = 'InProgress'): Script {
  return {
    'codepipeline ListPipelineExecutions': ({ input }) => ({
      pipelineExecutionSummaries:
        input['pipelineName'] === 'torii-catalog'
          ? [summary(RELEASE, RELEASED_AT, 'InProgress')]
          : [summary(CHANGE, RELEASED_AT + 2, overall)],
    }),
    'codepipeline ListActionExecutions': (_, earlier) => {
      const asked = earlier.filter(({ name }) => name === 'codepipeline ListActionExecutions').length;
      const status = statuses[Math.min(asked, statuses.length - 1)] ?? '';
      return { actionExecutionDetails: [action('Staging', status), action('Dev', 'Succeeded'), action('Dev', 'Failed')] };
    },
  };
}

function summary(id: string, startTime: number, status: string): Answer {
  return { pipelineExecutionId: id, status, startTime, sourceRevisions: [{ actionName: 'GitHub', revisionId: 'c'.repeat(40) }] };
}

function action(stageName: string, status: string): Answer {
  return { stageName, actionName: 'Stacks', status };
}

const GATE = { SERVICE: 'catalog', PIPELINE_EXECUTION_ID: RELEASE };

describe('deliver await', () => {
  it.each([
    ['which the infrastructure has passed, at its second attempt', 'dev', ['InProgress']],
    ['as soon as the infrastructure has passed it', 'staging', ['InProgress', 'InProgress', 'Succeeded']],
  ])(
    'lets a release into an environment %s',
    async (_, environment, statuses) => {
      const { code, output } = await deliver('await', { ...GATE, ENVIRONMENT: environment }, playPipelines(statuses));
      expect([code, output]).toEqual([0, expect.stringContaining(`catalog may be released into ${environment}`)]);
      expect(cloud.calls.filter(({ name }) => name === 'codepipeline ListActionExecutions').length).toBe(statuses.length);
      expect(cloud.calls.at(-1)?.input).toMatchObject({ pipelineName: 'torii-infrastructure', filter: { pipelineExecutionId: CHANGE } });
    },
    TIMEOUT_MS,
  );

  it(
    'refuses it where the infrastructure has failed',
    async () => {
      const { code, output } = await deliver('await', { ...GATE, ENVIRONMENT: 'staging' }, playPipelines(['Failed'], 'Failed'));
      expect(code).toBe(1);
      expect(output).toContain(
        `catalog cannot be released into staging: the infrastructure of cccccccccc (${CHANGE}) has not passed Staging, and is Failed. Let the infrastructure pass first`,
      );
    },
    TIMEOUT_MS,
  );

  it(
    'gives up on one that waits for its approval',
    async () => {
      const env = { ...GATE, ENVIRONMENT: 'prod', INFRASTRUCTURE_TIMEOUT_SECONDS: '0.1' };
      const { code, output } = await deliver('await', env, playPipelines(['Succeeded']));
      expect(code).toBe(1);
      expect(output).toContain('catalog is not released into prod yet: after 0.1 s');
      expect(output).toContain('Then approve it, and retry this stage.');
    },
    TIMEOUT_MS,
  );

  it(
    'names every variable that is missing or wrong',
    async () => {
      const { code, output } = await deliver('await', { SERVICE: 'catalogue', PIPELINE_EXECUTION_ID: 'latest' });
      expect(code).toBe(1);
      for (const name of ['SERVICE', 'ENVIRONMENT', 'PIPELINE_EXECUTION_ID']) expect(output).toContain(`  ${name}: is`);
      expect(cloud.calls).toEqual([]);
    },
    TIMEOUT_MS,
  );
});

describe('deliver stacks', () => {
  const programs = (): string => join(copy, 'programs');
  const record = (): string => join(programs(), 'record');
  beforeEach(() => void mkdirSync(programs(), { recursive: true }));
  afterEach(() => rmSync(programs(), { recursive: true }));

  /** A program that notes its words and ends with that code. */
  function install(name: string, exitCode = 0): void {
    const source = `const { appendFileSync } = require('node:fs');
      appendFileSync(${JSON.stringify(record())}, JSON.stringify(process.argv.slice(1)) + '\\n');
      process.exitCode = ${exitCode};`;
    writeFileSync(join(programs(), 'package.json'), '{"type":"commonjs"}');
    writeFileSync(join(programs(), name), `#!${process.execPath}\n${source}\n`);
    chmodSync(join(programs(), name), 0o755);
  }

  function readRecord(): readonly (readonly string[])[] {
    const lines = readFileSync(record(), 'utf8').trim().split('\n');
    return lines.map((line) => JSON.parse(line) as readonly string[]).map(([program = '', ...words]) => [basename(program), ...words]);
  }

  it(
    'synthesizes the environment, then deploys what it made, without asking',
    async () => {
      for (const program of ['node', 'cdk']) install(program);
      expect(await deliver('stacks', { ENVIRONMENT: 'staging' })).toEqual({ code: 0, output: '' });
      const assembly = join(copy, 'infra', 'cdk.out');
      expect(readRecord()).toEqual([
        ['node', 'infra/src/app.ts', '--env', 'staging', '--output', assembly],
        [
          'cdk',
          'deploy',
          'staging/*',
          `--app=${assembly}`,
          '--require-approval=never',
          '--progress=events',
          '--ci',
          '--no-version-reporting',
          '--no-notices',
        ],
      ]);
    },
    TIMEOUT_MS,
  );

  it(
    'deploys nothing when it could not be synthesized',
    async () => {
      install('node', 1);
      install('cdk');
      const { code, output } = await deliver('stacks', { ENVIRONMENT: 'prod' });
      expect([code, output]).toEqual([1, '\nThe stacks of prod cannot be synthesized: node has failed, see above.\n']);
      expect(readRecord().map(([program]) => program)).toEqual(['node']);
    },
    TIMEOUT_MS,
  );

  it(
    'fails when CDK does',
    async () => {
      install('node');
      install('cdk', 1);
      const { code, output } = await deliver('stacks', { ENVIRONMENT: 'prod' });
      expect([code, output]).toEqual([1, '\nThe stacks of prod cannot be deployed: cdk has failed, see above.\n']);
    },
    TIMEOUT_MS,
  );
});
