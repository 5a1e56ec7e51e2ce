// docker/compose.yaml runs the engines of the template: same versions, same parameters.
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { getStage, type Synthesized } from './synthesized.ts';
import { textOf, type Json } from './template.ts';

const SYNTHESIS_TIMEOUT_MS = 60_000;
/**
 * Refused there is a connection without TLS; here nothing leaves the machine, and nobody has signed a certificate. Connections are counted by the
 * memory of RDS's machine.
 */
const NOT_HERE = ['require_secure_transport', 'max_connections'];
const compose = readFileSync(new URL('../../docker/compose.yaml', import.meta.url), 'utf8');

let dev: Synthesized;
beforeAll(() => {
  dev = getStage('dev');
}, SYNTHESIS_TIMEOUT_MS);

/** Lines `- --name=value`, named as system variables are. */
function readParameters(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...text.matchAll(/^ +- --([a-z-]+)=(.*)$/gm)].map(([, name = '', value]) => [name.replaceAll('-', '_'), value ?? '']),
  );
}

/** Template parameters that compose leaves out or has otherwise. */
function listDifferences(parameters: Json | undefined, text: string): readonly string[] {
  const here = readParameters(text);
  return Object.entries(parameters ?? {})
    .filter(([name, value]) => !NOT_HERE.includes(name) && here[name] !== value)
    .map(([name]) => name);
}

describe('docker/compose.yaml', () => {
  const parameters = (): Json | undefined => dev.get('AWS::RDS::DBParameterGroup').Properties['Parameters'];

  it('gives MariaDB the parameters of the template', () => {
    expect(Object.keys(parameters() ?? {}).length).toBeGreaterThan(5);
    expect(listDifferences(parameters(), compose)).toEqual([]);
  });

  it('notices a parameter that differs or is not there', () => {
    expect(listDifferences(parameters(), compose.replace('67108864', '1').replace('--log-output', '--log-canary'))).toEqual([
      'max_allowed_packet',
      'log_output',
    ]);
  });

  it('runs the versions of the template', () => {
    expect(compose).toContain(`image: mariadb:${textOf(dev.get('AWS::RDS::DBInstance').Properties['EngineVersion'])}\n`);
    expect(compose).toContain(`image: valkey/valkey:${textOf(dev.get('AWS::ElastiCache::ReplicationGroup').Properties['EngineVersion'])}.`);
    const images = dev.find('AWS::ECS::TaskDefinition').flatMap(({ Properties }) => JSON.stringify(Properties['ContainerDefinitions']));
    const collector = /image: (\S+aws-otel-collector:\S+)/.exec(compose)?.[1];
    expect(collector).toBeDefined();
    expect(images.filter((image) => image.includes('otel-collector') && !image.includes(`"${collector}"`))).toEqual([]);
    expect(images.filter((image) => image.includes(`"${collector}"`)).length).toBeGreaterThan(3);
  });
});
