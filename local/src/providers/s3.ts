// AWS::S3. Objects are files under the state folder and survive restarts; CORS is the template's. Not imitated: encryption
// and public access (loopback), access logging, and lifecycle rules: what expires in AWS stays here until `npm run reset`.
import type { Broker } from '../fauxqs/broker.ts';
import type { CorsRule } from '../fauxqs/cors.ts';
import type { LocalContext, Properties, Provider, ResourceHandler } from '../provider.ts';
import { numberOf, recordOf, recordsOf, textOf, textsOf } from '../read-value.ts';

/** A bucket name is at most 63 characters, lower case; generated names are not. */
const MAX_NAME_LENGTH = 63;

export function createS3Provider(broker: Broker, context: Pick<LocalContext, 'log' | 'region'>): Provider {
  const bucket: ResourceHandler = {
    replacedBy: ['BucketName'],
    apply: async ({ properties, generatedName }) => {
      const name = textOf(properties['BucketName']) ?? bucketName(generatedName);
      broker.ensureBucket(name, corsRules(properties));
      return { physicalId: name, attributes: bucketAttributes(name, context.region) };
    },
    remove: async ({ physicalId, logicalId }) => {
      if (!broker.removeBucket(physicalId))
        context.log('warn', `Bucket ${logicalId} is kept: the template has it no more, but it holds objects`, { bucket: physicalId });
    },
  };
  const bucketPolicy: ResourceHandler = { apply: async ({ generatedName }) => ({ physicalId: generatedName, attributes: {} }) };
  return { types: { 'AWS::S3::Bucket': bucket, 'AWS::S3::BucketPolicy': bucketPolicy } };
}

function bucketName(generatedName: string): string {
  const allowed = generatedName.toLowerCase().replaceAll(/[^a-z0-9-]/g, '-');
  return allowed.length <= MAX_NAME_LENGTH ? allowed : allowed.slice(-MAX_NAME_LENGTH).replace(/^-+/, '');
}

function bucketAttributes(name: string, region: string): Readonly<Record<string, string>> {
  return {
    Arn: `arn:aws:s3:::${name}`,
    DomainName: `${name}.s3.amazonaws.com`,
    RegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
    DualStackDomainName: `${name}.s3.dualstack.${region}.amazonaws.com`,
    WebsiteURL: `http://${name}.s3-website-${region}.amazonaws.com`,
  };
}

function corsRules(properties: Properties): readonly CorsRule[] {
  return recordsOf(recordOf(properties['CorsConfiguration'])['CorsRules']).map((rule) => {
    const maxAgeSeconds = numberOf(rule['MaxAge']);
    return {
      allowedOrigins: textsOf(rule['AllowedOrigins']),
      allowedMethods: textsOf(rule['AllowedMethods']),
      allowedHeaders: textsOf(rule['AllowedHeaders']),
      exposedHeaders: textsOf(rule['ExposedHeaders']),
      ...(maxAgeSeconds !== undefined && { maxAgeSeconds }),
    };
  });
}
