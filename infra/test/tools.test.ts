import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { ENVIRONMENT_NAMES } from '../src/environments.ts';
import { SERVICES } from '../src/services.ts';
import { getStage, type Found, type Synthesized } from './synthesized.ts';
import { textOf, type Json } from './template.ts';
import { isStartedBy, viewPipeline, type PipelineAction, type PipelineView } from './tools-account.ts';

/** Synthesis of everything takes a quarter of a minute, longer on a busy machine. */
const SYNTHESIS_TIMEOUT_MS = 240_000;
const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
const EVERYTHING = [...SERVICES, 'infrastructure'];

let tools: Synthesized;
let pipelines: readonly PipelineView[];
beforeAll(() => {
  tools = getStage('tools');
  pipelines = tools.find('AWS::CodePipeline::Pipeline').map(viewPipeline);
}, SYNTHESIS_TIMEOUT_MS);

function pipelineOf(delivered: string): PipelineView {
  const found = pipelines.find((pipeline) => pipeline.delivered === delivered);
  if (!found) throw new Error(`There is no pipeline of ${delivered}.`);
  return found;
}

describe('the tools stage', () => {
  it('has the stacks that checklists call by name', () => {
    const parts = ['registry', 'artifacts', 'notices', ...EVERYTHING.map((name) => `pipeline-${name}`)];
    expect([...tools.templates.keys()].toSorted()).toEqual(parts.map((part) => `torii-tools-${part}`).toSorted());
  });

  it('keeps images, artifacts and their keys when their stack goes', () => {
    const kept = tools.resources.filter(({ stack, Type: type }) => /registry|artifacts/.test(stack) && /::(Repository|Key)$/.test(type));
    expect(kept.length).toBe(SERVICES.length + 2);
    expect(kept.filter(({ DeletionPolicy: policy }) => policy !== 'Retain')).toEqual([]);
  });
});

describe('builds', () => {
  it('run on the Node that images are built from, and only those of images with privileges', () => {
    const [node] = /(?<=^FROM node:)[\d.]+-\w+/m.exec(readFileSync(`${REPOSITORY}services/catalog/Dockerfile`, 'utf8')) ?? [];
    const images = tools.find('AWS::CodeBuild::Project').map(({ Properties: p }) => [textOf(p['Name']), environmentOf(p)] as const);
    const tests = images.filter(([name]) => name.endsWith('-test'));
    expect(tests.map(([, { Image }]) => Image)).toEqual(EVERYTHING.map(() => `public.ecr.aws/docker/library/node:${node}`));
    expect(
      images.filter(([name]) => !name.endsWith('-test')).flatMap(([, { Image }]) => (Image?.includes('aarch64') ? [] : [Image])),
    ).toEqual([]);
    expect(images.flatMap(([name, { PrivilegedMode }]) => (PrivilegedMode === true && !name.endsWith('-image') ? [name] : []))).toEqual([]);
    expect(new Set(images.map(([, { Type }]) => Type))).toEqual(new Set(['ARM_CONTAINER']));
  });

  it('follow buildspec.yml, told what to do by SERVICE and STEP', () => {
    for (const { Properties: p } of tools.find('AWS::CodeBuild::Project')) {
      const [, delivered, step] = /^torii-tools-(.+?)-(test|image|gate|release|deploy)\b/.exec(textOf(p['Name'])) ?? [];
      expect(p['Source']).toEqual({ Type: 'CODEPIPELINE', BuildSpec: 'buildspec.yml' });
      const told = new Map(environmentOf(p).EnvironmentVariables.map(({ Name, Value }) => [Name, Value]));
      const steps: Readonly<Record<string, string>> = { gate: 'await', deploy: 'stacks' };
      expect([told.get('SERVICE'), told.get('STEP')]).toEqual([delivered, steps[step ?? ''] ?? step]);
    }
  });
});

interface BuildEnvironment {
  readonly Type: string;
  readonly Image?: string;
  readonly PrivilegedMode?: boolean;
  readonly EnvironmentVariables: readonly { readonly Name: string; readonly Value: Json }[];
}

function environmentOf(properties: Found['Properties']): BuildEnvironment {
  return JSON.parse(JSON.stringify(properties['Environment'])) as BuildEnvironment;
}

describe('pushes', () => {
  function listStarted(...files: readonly string[]): readonly string[] {
    return EVERYTHING.filter((delivered) => files.some((file) => isStartedBy(pipelineOf(delivered), file)));
  }

  it.each([
    ['a contract', ['contracts/src/topology.ts'], EVERYTHING],
    ['the chassis', ['chassis/src/http/server.ts'], EVERYTHING],
    ['a service', ['services/catalog/src/main.ts'], ['catalog']],
    ['a migration', ['services/catalog/migrations/0002-add-colour.ts'], ['catalog']],
    ['a service that has functions', ['services/jobs/src/lambda/worker.ts'], ['jobs', 'infrastructure']],
    ['pages', ['services/frontend/web/src/main.tsx'], ['frontend']],
    ['two services', ['services/catalog/src/main.ts', 'services/frontend/src/main.ts'], ['catalog', 'frontend']],
    ['infrastructure', ['infra/src/environments.ts'], ['infrastructure']],
    ['what the pages are built with', ['tsconfig.json'], ['frontend']],
    ['dependencies', ['package-lock.json'], EVERYTHING],
    ['how things are delivered', ['scripts/deliver/render-appspec.ts'], EVERYTHING],
    ['what only tests need', ['testing/src/index.ts', 'local/src/index.ts', 'e2e/journeys/sign-up.test.ts'], []],
    ['words', ['README.md', 'docs/delivering.md'], []],
    ['code and words', ['services/catalog/src/main.ts', 'services/catalog/README.md', 'docs/delivering.md'], ['catalog']],
  ])('of %s start the pipelines that need it, and no others', (_, files, expected) => {
    expect(listStarted(...files)).toEqual(expected);
  });

  it('start every pipeline whose image copies what they change', () => {
    const missed = SERVICES.flatMap((service) => listMissed(pipelineOf(service), listCopied(service)));
    expect(missed).toEqual([]);
  });

  it('would be missed by a pipeline that has forgotten the chassis', () => {
    const forgetful = { includes: pipelineOf('catalog').includes.filter((pattern) => pattern !== 'chassis/**') };
    expect(listMissed(forgetful, listCopied('catalog'))).toContain('chassis/src');
  });

  it('of code that is bundled into a function start the infrastructure', () => {
    const files = readdirSync(`${REPOSITORY}infra/src`, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    const sources = files.map((file) => readFileSync(`${REPOSITORY}infra/src/${file}`, 'utf8'));
    const entries = sources.flatMap((source) => [...source.matchAll(/entry: '([^']+)'/g)].map(([, entry = '']) => entry));
    expect(entries.length).toBeGreaterThanOrEqual(4);
    expect(entries.filter((entry) => !isStartedBy(pipelineOf('infrastructure'), entry))).toEqual([]);
  });

  it('start nothing by themselves: only triggers look at paths, of one branch, within what CodePipeline takes', () => {
    for (const { properties, actions, includes } of pipelines) {
      expect(actions[0]).toMatchObject({
        provider: 'CodeStarSourceConnection',
        configuration: { DetectChanges: 'false', BranchName: 'main' },
      });
      expect(properties['Triggers']).toMatchObject([
        { GitConfiguration: { SourceActionName: 'GitHub', Push: [{ Branches: { Includes: ['main'] } }] } },
      ]);
      expect([includes.length >= 1, includes.length <= 8]).toEqual([true, true]);
      // Whether a file that is excluded holds back the others of its push AWS does not say.
      expect(JSON.stringify(properties['Triggers'])).not.toContain('Excludes');
    }
  });
});

/** What the Dockerfile copies from the repository, folder or file. */
function listCopied(service: string): readonly string[] {
  const lines = readFileSync(`${REPOSITORY}services/${service}/Dockerfile`, 'utf8').split('\n');
  const copied = lines.filter((line) => /^COPY (?!--from)/.test(line)).flatMap((line) => line.split(/\s+/).slice(1, -1));
  return [...new Set(copied)];
}

/** Of a folder, a file in it stands for all. */
function listMissed(filter: Pick<PipelineView, 'includes'>, copied: readonly string[]): readonly string[] {
  return copied.filter((path) => !isStartedBy(filter, path) && !isStartedBy(filter, `${path}/any.ts`));
}

describe('pipelines', () => {
  const outline = ({ actions }: PipelineView): readonly string[] => actions.map(({ stage, name }) => `${stage}: ${name}`);

  it.each(SERVICES)('bring %s through its stages in this order', (service) => {
    expect(outline(pipelineOf(service))).toEqual([
      'Source: GitHub',
      'Test: Test',
      'Image: Image',
      'Dev-Infrastructure: Infrastructure',
      'Dev: Release',
      'Dev: BlueGreen',
      'Staging-Infrastructure: Infrastructure',
      'Staging: Release',
      'Staging: BlueGreen',
      'Approval: Infrastructure',
      'Approval: Approve',
      'Prod: Release',
      'Prod: BlueGreen',
    ]);
  });

  it('bring the stacks through theirs', () => {
    const stages = ['Source: GitHub', 'Test: Test', 'Dev: Stacks', 'Staging: Stacks', 'Approval: Approve', 'Prod: Stacks'];
    expect(outline(pipelineOf('infrastructure'))).toEqual(stages);
  });

  it('keep the rules of a release', () => {
    expect(pipelines.length).toBe(EVERYTHING.length);
    expect(pipelines.flatMap(listFaults)).toEqual([]);
  });

  it.each<[string, (pipeline: Json) => Json, string]>([
    ['nobody is asked', (json) => edit(json, /"Provider":"Manual"/, '"Provider":"Lambda"'), 'prod is released to without an approval'],
    ['one stage asks too late', (json) => swapStages(json, 'Approval', 'Prod'), 'prod is released to without an approval'],
    [
      'a stage stays broken',
      (json) => edit(json, /"OnFailure":\{"Result":"ROLLBACK"\}/g, '"Ignored":1'),
      'Dev does not go back when it fails',
    ],
    ['releases overtake each other', (json) => edit(json, /QUEUED/, 'PARALLEL'), 'executions may overtake each other'],
    ['it is of the old type', (json) => edit(json, /"V2"/, '"V1"'), 'it is not of type V2'],
    [
      'waiting in vain gives a release up',
      (json) => edit(json, /(?<="Name":"Dev-Infrastructure")/, ',"OnFailure":{"Result":"ROLLBACK"}'),
      'Dev-Infrastructure goes back when it only waited in vain',
    ],
    ['prod comes without staging', (json) => edit(json, /-staging/g, '-dev'), 'environments come as dev,prod'],
  ])('would not keep them if %s', (_, change, fault) => {
    const { properties } = pipelineOf('catalog');
    expect(listFaults(viewPipeline({ Properties: parseProperties(change(properties)) }))).toContain(fault);
  });

  it('hand the scanned image and the rendered files on', () => {
    const release = pipelineOf('catalog').actions.filter(({ stage }) => stage === 'Prod');
    expect(release.map(({ inputs, outputs }) => ({ inputs, outputs }))).toEqual([
      { inputs: ['source', 'image'], outputs: ['prod'] },
      { inputs: ['prod'], outputs: [] },
    ]);
    expect(release[1]).toMatchObject({
      provider: 'CodeDeployToECS',
      roleArn: 'arn:aws:iam::444444444444:role/torii-prod-release-catalog',
      configuration: {
        ApplicationName: 'torii-prod-catalog',
        DeploymentGroupName: 'torii-prod-catalog',
        TaskDefinitionTemplatePath: 'taskdef.json',
        AppSpecTemplatePath: 'appspec.yaml',
      },
    });
  });

  it('ask with the commit and what to look at', () => {
    for (const { actions } of pipelines) {
      const text = actions.find(({ provider }) => provider === 'Manual')?.configuration['CustomData'] ?? '';
      expect(text).toContain('https://github.com/example/torii/commit/#{Source.CommitId}');
      expect(text).toMatch(/look at\n- .+\n- /);
      expect(text).toContain('docs/delivering.md#');
    }
  });
});

/** What a pipeline must not be like, whatever its stages are called. */
function listFaults({ properties, actions, stages }: PipelineView): readonly string[] {
  const targets = actions.map(targetOf);
  const order = [...new Set(targets.flatMap((environment) => environment ?? []))];
  const asked = actions.findIndex(({ provider }) => provider === 'Manual');
  const blueGreen = new Set(actions.filter(({ provider }) => provider === 'CodeDeployToECS').map(({ stage }) => stage));
  const gated = new Set(
    actions.filter(({ configuration: { ProjectName: name } }) => name?.endsWith('-gate') === true).map(({ stage }) => stage),
  );
  return [
    ...unless(properties['PipelineType'] === 'V2', 'it is not of type V2'),
    ...unless(properties['ExecutionMode'] === 'QUEUED', 'executions may overtake each other'),
    ...unless(asked >= 0 && asked < targets.indexOf('prod'), 'prod is released to without an approval'),
    ...unless(order.join() === ENVIRONMENT_NAMES.join(), `environments come as ${order.join()}`),
    ...stages.flatMap(({ name, onFailure }) =>
      unless(!blueGreen.has(name) || onFailure === 'ROLLBACK', `${name} does not go back when it fails`),
    ),
    ...stages
      .filter(({ onFailure }) => onFailure === 'ROLLBACK')
      .flatMap(({ name }) => unless(!gated.has(name), `${name} goes back when it only waited in vain`)),
  ];
}

/** The environment that an action changes; looking whether its stacks are there changes nothing. */
function targetOf({ configuration }: PipelineAction): string | undefined {
  return /^torii-(?:tools-.+-(?:release|deploy)-)?(dev|staging|prod)/.exec(
    configuration['ApplicationName'] ?? configuration['ProjectName'] ?? '',
  )?.[1];
}

function unless(isKept: boolean, fault: string): readonly string[] {
  return isKept ? [] : [fault];
}

function edit(json: Json, pattern: RegExp, replacement: string): Json {
  const text = JSON.stringify(json);
  const changed = text.replace(pattern, replacement);
  if (changed === text) throw new Error(`The canary does nothing: ${pattern.source} is not in the pipeline.`);
  return parseProperties(JSON.parse(changed) as Json);
}

function swapStages(json: Json, one: string, other: string): Json {
  const { Stages: stages, ...rest } = json as unknown as { readonly Stages: readonly { readonly Name: string }[] };
  const named = (name: string) => stages.find(({ Name }) => Name === name);
  const swapped = stages.map((stage) => (stage.Name === one ? named(other) : stage.Name === other ? named(one) : stage));
  return JSON.parse(JSON.stringify({ ...rest, Stages: swapped })) as Json;
}

function parseProperties(json: Json): Found['Properties'] {
  return json as Found['Properties'];
}
