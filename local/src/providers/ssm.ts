import { AwsError, type JsonOperation, type LocalContext, type Provider } from '../provider.ts';
import { requiredText, textOf } from '../read-value.ts';

export interface ParameterReader {
  /** @throws Error when there is no such parameter. */
  readParameter(nameOrArn: string): string;
}

export interface ParameterStore extends Provider, ParameterReader {
  /** JSON calls of the prefix `AmazonSSM`. */
  readonly operations: Readonly<Record<string, JsonOperation>>;
}

interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly value: string;
}

/** Parameters come from templates alone, so they are made anew at every start. */
export function createParameterStore(context: LocalContext): ParameterStore {
  const parameters = new Map<string, Parameter>();
  const arnPrefix = `arn:aws:ssm:${context.region}:${context.accountId}:parameter`;
  const find = (nameOrArn: string): Parameter | undefined => {
    const name = nameOrArn.startsWith(arnPrefix) ? nameOrArn.slice(arnPrefix.length) : nameOrArn;
    return parameters.get(name) ?? parameters.get(name.replace(/^\//, ''));
  };
  const get = (nameOrArn: string): Parameter => {
    const parameter = find(nameOrArn);
    if (parameter === undefined) throw new AwsError('ParameterNotFound', `There is no parameter ${nameOrArn}`);
    return parameter;
  };
  const describe = ({ name, type, value }: Parameter): Readonly<Record<string, unknown>> => ({
    Name: name,
    Type: type,
    Value: value,
    Version: 1,
    ARN: `${arnPrefix}${name.startsWith('/') ? '' : '/'}${name}`,
    DataType: 'text',
  });
  return {
    types: {
      'AWS::SSM::Parameter': {
        replacedBy: ['Name'],
        apply: async ({ properties, generatedName }) => {
          const name = textOf(properties['Name']) ?? generatedName;
          const parameter = { name, type: textOf(properties['Type']) ?? 'String', value: requiredText(properties, 'Value') };
          parameters.set(name, parameter);
          return { physicalId: name, attributes: { Type: parameter.type, Value: parameter.value } };
        },
        remove: async ({ physicalId }) => void parameters.delete(physicalId),
      },
    },
    readParameter: (nameOrArn) => get(nameOrArn).value,
    operations: {
      GetParameter: async (input) => ({ Parameter: describe(get(String(input['Name']))) }),
      GetParameters: async (input) => {
        const names = Array.isArray(input['Names']) ? input['Names'].map(String) : [];
        const found = names.flatMap((name) => find(name) ?? []);
        return { Parameters: found.map(describe), InvalidParameters: names.filter((name) => find(name) === undefined) };
      },
      GetParametersByPath: async (input) => {
        const path = `${String(input['Path']).replace(/\/$/, '')}/`;
        return { Parameters: [...parameters.values()].filter(({ name }) => name.startsWith(path)).map(describe) };
      },
    },
  };
}
