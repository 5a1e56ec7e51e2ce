import { describe, expect, it } from '@jest/globals';
import { readReleaseParameters, type ReleaseParameters } from './release-parameters.ts';

const NETWORK = { cluster: 'c', subnets: ['s'], securityGroups: ['g'] };
const VALUES = {
  'task-definition': 'torii-dev-shop:7',
  'smoke-test': 'the-function',
  'migrate-task-definition': 'torii-dev-shop-migrate:7',
  'run-task': JSON.stringify(NETWORK),
  released: 'none',
};

async function read(
  values: Readonly<Record<string, string>>,
  migrates = true,
): Promise<ReleaseParameters & { readonly asked: readonly string[] }> {
  let asked: readonly string[] = [];
  const parameters = await readReleaseParameters({ service: 'shop', environment: 'dev', migrates }, async (names) => {
    asked = names;
    return new Map(Object.entries(values).map(([name, value]) => [`/torii/dev/shop/${name}`, value]));
  });
  return { ...parameters, asked };
}

describe('the parameters of a release', () => {
  it('say where the schema is migrated, and that nothing runs yet', async () => {
    expect(await read(VALUES)).toMatchObject({
      taskDefinitionArn: 'torii-dev-shop:7',
      smokeTest: 'the-function',
      migration: { taskDefinitionArn: 'torii-dev-shop-migrate:7', runTask: NETWORK, releasedRevision: undefined },
    });
  });

  it('say which commit runs', async () => {
    const revision = 'f'.repeat(40);
    expect((await read({ ...VALUES, released: revision })).migration?.releasedRevision).toBe(revision);
  });

  it('of a service without a schema are fewer', async () => {
    const { asked, migration } = await read({ 'task-definition': 'a', 'smoke-test': 'b' }, false);
    expect([asked, migration]).toEqual([['/torii/dev/shop/task-definition', '/torii/dev/shop/smoke-test'], undefined]);
  });

  it('are refused with the names of all that are missing', async () => {
    await expect(read({ 'task-definition': 'a', 'run-task': '' })).rejects.toThrow(
      'missing there: /torii/dev/shop/smoke-test, /torii/dev/shop/migrate-task-definition, /torii/dev/shop/run-task.',
    );
  });

  it.each(['not JSON', '{}', JSON.stringify({ ...NETWORK, subnets: [] })])(
    'are refused when nobody can tell where the task runs: %s',
    async (text) => {
      await expect(read({ ...VALUES, 'run-task': text })).rejects.toThrow('The parameter /torii/dev/shop/run-task cannot be read');
    },
  );
});
