// docs/asyncapi.json is what AsyncAPI 3.0 says a document is, says all that the topology says, and its examples fit its schemas.
import { describe, expect, it } from '@jest/globals';
import { commands, events, listQueues } from '@torii/contracts';
import specification from '@asyncapi/specs/schemas/3.0.0.json' with { type: 'json' };
import { Ajv } from 'ajv';
import { readText } from './repository.ts';

/** Of the document, what is looked at here. */
interface AsyncApi {
  readonly channels: Readonly<Record<string, { readonly address: string | null; readonly messages: Readonly<Record<string, unknown>> }>>;
  readonly operations: Readonly<Record<string, { readonly action: string; readonly channel: { readonly $ref: string } }>>;
  readonly components: {
    readonly messages: Readonly<Record<string, { readonly payload: object; readonly examples: readonly { readonly payload: unknown }[] }>>;
    readonly schemas: Readonly<Record<string, object>>;
  };
}

function parseDocument(text: string): AsyncApi {
  return JSON.parse(text) as AsyncApi;
}

const document = parseDocument(readText('docs/asyncapi.json'));

/** Compiled once: the specification has 400 definitions. It brings the schema of draft 7 itself. */
const validateAsyncApi = new Ajv({ strict: false, validateFormats: false, logger: false, meta: false, validateSchema: false }).compile(
  specification,
);

/** What the specification's own schema finds wrong with a document. */
function listFaults(candidate: unknown): readonly string[] {
  if (validateAsyncApi(candidate)) return [];
  return (validateAsyncApi.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
}

/** References that lead nowhere in the document. */
function listDanglingReferences(root: object, node: unknown = root): readonly string[] {
  if (typeof node !== 'object' || node === null) return [];
  const reference: unknown = Reflect.get(node, '$ref');
  const inner = Object.values(node).flatMap((value) => listDanglingReferences(root, value));
  if (typeof reference !== 'string') return inner;
  const target = reference
    .split('/')
    .slice(1)
    .reduce<unknown>((found, part) => Object(found)[part], root);
  return target === undefined ? [reference, ...inner] : inner;
}

function listUnfitExamples({ components }: AsyncApi): readonly string[] {
  const ajv = new Ajv({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'asyncapi', components });
  return Object.entries(components.messages).flatMap(([name, { examples }]) => {
    const validate = ajv.compile({ $ref: `asyncapi#/components/messages/${name}/payload` });
    return examples.flatMap(({ payload }, index) => (validate(payload) ? [] : [`${name} ${index}: ${ajv.errorsText(validate.errors)}`]));
  });
}

describe('docs/asyncapi.json', () => {
  it('is a document of AsyncAPI 3.0', () => {
    expect(listFaults(document)).toEqual([]);
    expect(listDanglingReferences(document)).toEqual([]);
  });

  it('has every message, every queue and its two ends', () => {
    const { channels, operations, components } = document;
    expect(Object.keys(components.messages).toSorted()).toEqual([...Object.keys(events), ...Object.keys(commands)].toSorted());
    for (const { name, types } of listQueues()) {
      expect(Object.keys(channels[name]?.messages ?? {}).toSorted()).toEqual([...types].toSorted());
      const actions = Object.values(operations).flatMap(({ action, channel }) => (channel.$ref === `#/channels/${name}` ? [action] : []));
      expect(actions).toContain('receive');
    }
  });

  it('has at least 50 examples, each of which fits', () => {
    expect(Object.values(document.components.messages).flatMap(({ examples }) => examples).length).toBeGreaterThanOrEqual(50);
    expect(listUnfitExamples(document)).toEqual([]);
  });
});

describe('the guards of the document', () => {
  it('notice what is no AsyncAPI', () => {
    expect(listFaults({ ...document, operations: { x: { action: 'shout', channel: { $ref: '#/channels/x' } } } })).not.toEqual([]);
    expect(listFaults({ ...document, asyncapi: '2.6.0' })).not.toEqual([]);
  });

  it('notice a reference that leads nowhere', () => {
    expect(listDanglingReferences({ a: { $ref: '#/b/c' }, b: {} })).toEqual(['#/b/c']);
  });

  it('notice an example that does not fit', () => {
    const [name = '', message] = Object.entries(document.components.messages)[0] ?? [];
    const wrong = { ...message, payload: message?.payload ?? {}, examples: [{ payload: { type: name } }] };
    expect(listUnfitExamples({ ...document, components: { ...document.components, messages: { [name]: wrong } } })).toHaveLength(1);
  });
});
