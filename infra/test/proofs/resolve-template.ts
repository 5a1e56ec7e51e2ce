// As much of CloudFormation's intrinsic functions as the templates use. Ids that AWS makes up are `<stack>-<logical id>`.
import { textOf, type Json, type Resource, type Template } from '../template.ts';
import { composeArn } from './arns.ts';

type Properties = Resource['Properties'];

interface Output {
  readonly stack: string;
  readonly value: Json;
}

/** Types whose `Ref` is their ARN. */
const REF_IS_ARN =
  /^AWS::(SNS::Topic|SecretsManager::|ElasticLoadBalancingV2::|ECS::(Service|TaskDefinition)|IAM::ManagedPolicy|StepFunctions::|CertificateManager::)/;

/** Property that is a resource's `Ref`, for those that may have a name of ours. */
const NAME_PROPERTY: Readonly<Record<string, string>> = {
  'AWS::ApiGateway::Stage': 'StageName',
  'AWS::Athena::WorkGroup': 'Name',
  'AWS::CodeDeploy::Application': 'ApplicationName',
  'AWS::CodeDeploy::DeploymentGroup': 'DeploymentGroupName',
  'AWS::ECR::Repository': 'RepositoryName',
  'AWS::ElastiCache::User': 'UserId',
  'AWS::Events::EventBus': 'Name',
  'AWS::IAM::Role': 'RoleName',
  'AWS::KinesisFirehose::DeliveryStream': 'DeliveryStreamName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::RDS::DBInstance': 'DBInstanceIdentifier',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::SSM::Parameter': 'Name',
};

/** Values of one stage's templates, as they would be in its account. */
export class Resolver {
  readonly #place: { readonly account: string; readonly region: string };
  readonly #templates: ReadonlyMap<string, Template>;
  /** By their names. */
  readonly #exports: ReadonlyMap<string, Output>;
  readonly #arns = new Map<string, string>();

  constructor(place: { readonly account: string; readonly region: string }, templates: ReadonlyMap<string, Template>) {
    this.#place = place;
    this.#templates = templates;
    this.#exports = new Map(
      [...templates].flatMap(([stack, { Outputs = {} }]) =>
        Object.values(Outputs).flatMap(({ Value, Export }) => (Export ? [[textOf(Export.Name), { stack, value: Value }] as const] : [])),
      ),
    );
  }

  resolveProperties(resource: Resource, stack: string): Properties {
    return parseProperties(this.#resolve(resource.Properties ?? {}, stack));
  }

  arnOf(stack: string, logicalId: string): string {
    const id = `${stack}-${logicalId}`;
    const arn = this.#arns.get(id) ?? this.#makeArn(stack, logicalId);
    this.#arns.set(id, arn);
    return arn;
  }

  refOf(stack: string, logicalId: string): Json {
    const resource = this.#templates.get(stack)?.Resources[logicalId];
    if (!resource) return `<${logicalId}>`;
    if (REF_IS_ARN.test(resource.Type)) return this.arnOf(stack, logicalId);
    const name = resource.Properties?.[NAME_PROPERTY[resource.Type] ?? ''];
    return name === undefined ? `${stack}-${logicalId}` : this.#resolve(name, stack);
  }

  #makeArn(stack: string, logicalId: string): string {
    const resource = this.#templates.get(stack)?.Resources[logicalId];
    if (!resource) return `<${stack}.${logicalId}>`;
    const { account } = this.#place;
    const properties = this.resolveProperties(resource, stack);
    if (resource.Type === 'AWS::SecretsManager::SecretTargetAttachment') return textOf(properties['SecretId']);
    return composeArn({ type: resource.Type, properties, id: `${stack}-${logicalId}`, account, region: this.#regionOf(stack) });
  }

  /** CloudFront's stacks are where CloudFront wants them. */
  #regionOf(stack: string): string {
    return stack.includes('-edge-') ? 'us-east-1' : this.#place.region;
  }

  #resolve(value: Json, stack: string): Json {
    if (typeof value !== 'object' || value === null) return value;
    if (isList(value)) return value.map((item) => this.#resolve(item, stack));
    const [[key, inner] = ['', null], ...others] = Object.entries(value);
    const intrinsic = others.length === 0 ? this.#intrinsics[key] : undefined;
    if (intrinsic) return intrinsic(inner, stack);
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.#resolve(item, stack)]));
  }

  readonly #intrinsics: Readonly<Record<string, (inner: Json, stack: string) => Json>> = {
    Ref: (inner, stack) => this.#pseudoParameters(stack)[textOf(inner)] ?? this.refOf(stack, textOf(inner)),
    'Fn::GetAtt': (inner, stack) => this.#attributeOf(stack, typeof inner === 'string' ? inner.split('.') : listOf(inner)),
    'Fn::ImportValue': (inner, stack) => {
      const found = this.#exports.get(textOf(this.#resolve(inner, stack)));
      return found ? this.#resolve(found.value, found.stack) : `<${textOf(inner)}>`;
    },
    'Fn::GetStackOutput': (inner) => {
      const { StackName = '', OutputName = '' } = parseProperties(inner);
      return this.#resolve(this.#templates.get(textOf(StackName))?.Outputs?.[textOf(OutputName)]?.Value ?? '', textOf(StackName));
    },
    'Fn::Join': (inner, stack) => {
      const [separator = '', parts = []] = listOf(inner);
      const texts = listOf(this.#resolve(parts, stack)).map((part) => textOf(part));
      return texts.join(textOf(separator));
    },
    'Fn::Split': (inner, stack) => {
      const [separator = '', text = ''] = listOf(inner);
      return textOf(this.#resolve(text, stack)).split(textOf(separator));
    },
    'Fn::Select': (inner, stack) => {
      const [index = 0, parts = []] = listOf(inner);
      return listOf(this.#resolve(parts, stack))[Number(index)] ?? '';
    },
    'Fn::Sub': (inner, stack) => {
      const text = textOf(typeof inner === 'string' ? inner : (listOf(inner)[0] ?? ''));
      return text.replaceAll(/\$\{([\w:.]+)\}/g, (_, name: string) =>
        textOf(name.includes('.') ? this.#attributeOf(stack, name.split('.')) : this.#resolve({ Ref: name }, stack)),
      );
    },
  };

  #attributeOf(stack: string, [logicalId, attribute]: readonly Json[]): Json {
    const id = textOf(logicalId);
    if (textOf(attribute).endsWith('Arn')) return this.arnOf(stack, id);
    return /^(GroupId|Id)$/.test(textOf(attribute)) ? this.refOf(stack, id) : `${stack}-${id}.${textOf(attribute)}`;
  }

  #pseudoParameters(stack: string): Readonly<Record<string, string>> {
    return {
      'AWS::AccountId': this.#place.account,
      'AWS::Region': this.#regionOf(stack),
      'AWS::Partition': 'aws',
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackName': stack,
    };
  }
}

function parseProperties(value: Json): Properties {
  return value as Properties;
}

export function listOf(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null) return [];
  return isList(value) ? value : [value];
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
