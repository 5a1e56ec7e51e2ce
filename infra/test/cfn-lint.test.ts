// Where cfn-lint is installed (https://github.com/aws-cloudformation/cfn-lint), every template passes it; elsewhere these tests are skipped, and
// CDK's own validator, which every synthesis runs, has to do.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { getStage } from './synthesized.ts';
import { parseTemplate } from './template.ts';

/** cfn-lint takes a quarter of a second for a template, several times that on a busy machine. */
const TIMEOUT_MS = 300_000;
const isInstalled = spawnSync('cfn-lint', ['--version']).status === 0;

interface Finding {
  readonly Filename: string;
  readonly Message: string;
  readonly Rule: { readonly Id: string };
  readonly Location: { readonly Path: readonly (string | number)[] };
}

const TAGS = "Additional properties are not allowed ('Tags' was unexpected)";
/** `<rule> <type> <message>`, or the beginning of it, and why it is no fault. */
const ACCEPTED: Readonly<Record<string, string>> = {
  [`E3002 AWS::ApplicationAutoScaling::ScalableTarget ${TAGS}`]:
    "Newer than cfn-lint 1.51's copy of the schema; the validator of CDK knows them.",
  [`E3002 AWS::ElasticLoadBalancingV2::Listener ${TAGS}`]:
    "Newer than cfn-lint 1.51's copy of the schema; the validator of CDK knows them.",
  [`E3002 AWS::ElasticLoadBalancingV2::ListenerRule ${TAGS}`]:
    "Newer than cfn-lint 1.51's copy of the schema; the validator of CDK knows them.",
  'W3005 ': 'CDK names a role beside its policy, which is needed: the second implies the first.',
  'W3010 AWS::EC2::': 'Zones are settings, so that synthesis asks nobody.',
};

/** What cfn-lint says of the templates and nobody has accepted. */
function listFindings(folder: string, files: readonly string[]): readonly string[] {
  const regions = Map.groupBy(files, (file) => (/Edge(Waf|Alarms)/.test(file) ? 'us-east-1' : 'eu-west-1'));
  return [...regions].flatMap(([region, templates]) => {
    const { stdout } = spawnSync(
      'cfn-lint',
      ['--format', 'json', '--regions', region, '--template', ...templates.map((file) => join(folder, file))],
      {
        encoding: 'utf8',
        maxBuffer: 64 * 1024 * 1024,
      },
    );
    return parseFindings(stdout)
      .map((finding) => describeFinding(finding))
      .filter((text) => !Object.keys(ACCEPTED).some((accepted) => text.startsWith(accepted)));
  });
}

function describeFinding({ Filename, Message, Rule, Location }: Finding): string {
  const [, logicalId = ''] = Location.Path;
  const type = parseTemplate(readFileSync(Filename, 'utf8')).Resources[String(logicalId)]?.Type ?? '';
  return `${Rule.Id} ${type} ${Message}: ${String(logicalId)}`;
}

/** @throws SyntaxError when cfn-lint did not run to its end */
function parseFindings(json: string): readonly Finding[] {
  return JSON.parse(json) as readonly Finding[];
}

(isInstalled ? describe : describe.skip)('cfn-lint', () => {
  beforeAll(() => {
    getStage('dev');
  }, TIMEOUT_MS);

  it.each([
    { stage: 'prod', pattern: /./, least: 15 },
    { stage: 'tools', pattern: /./, least: 7 },
    { stage: 'organization', pattern: /./, least: 4 },
    // Made as prod is, by the same constructs, but for the way out and for the sizes of what holds data.
    { stage: 'dev', pattern: /Network|Data/, least: 2 },
    { stage: 'staging', pattern: /Data/, least: 1 },
  ])(
    'finds nothing in $stage',
    ({ stage, pattern, least }) => {
      const folder = join(getStage(stage).folder, `assembly-${stage}`);
      const templates = readdirSync(folder).filter((file) => file.endsWith('.template.json') && pattern.test(file));
      expect(templates.length).toBeGreaterThanOrEqual(least);
      expect(listFindings(folder, templates)).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it(
    'would find a fault',
    () => {
      const folder = join(import.meta.dirname, 'fixtures');
      expect(listFindings(folder, ['faulty.template.json'])).toEqual([
        expect.stringMatching(/^E3002 AWS::SQS::Queue .*'Colour' was unexpected/),
      ]);
    },
    TIMEOUT_MS,
  );
});
