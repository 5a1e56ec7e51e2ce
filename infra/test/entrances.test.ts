import { PUBLISHERS } from '@torii/contracts';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { getStage, type Synthesized } from './synthesized.ts';
import { listReferences, textOf } from './template.ts';

/** Synthesis takes a few seconds, longer on a busy machine. */
const SYNTHESIS_TIMEOUT_MS = 60_000;

let dev: Synthesized;
beforeAll(() => {
  dev = getStage('dev');
}, SYNTHESIS_TIMEOUT_MS);

describe('security groups', () => {
  const nameOf = (references: readonly string[]): string => {
    const group = dev.find('AWS::EC2::SecurityGroup').find(({ logicalId }) => references.includes(logicalId));
    return textOf(group?.Properties['GroupDescription']);
  };

  it('let in, between groups, what the design says and nothing else', () => {
    const flows = dev.find('AWS::EC2::SecurityGroupIngress').map(({ Properties: rule }) => {
      const from = rule['SourcePrefixListId'] === undefined ? nameOf(listReferences(rule['SourceSecurityGroupId'])) : 'CloudFront';
      return `${from} → ${nameOf(listReferences(rule['GroupId']))}:${textOf(rule['FromPort'])}`;
    });
    expect(flows.sort()).toEqual(
      [
        'CloudFront → edgeEntry:443',
        'vpcLink → loadBalancer:8443',
        'smokeTest → loadBalancer:9443',
        'loadBalancer → frontend:80',
        'loadBalancer → backend:80',
        'backend → database:3306',
        'worker → database:3306',
        'provisioner → database:3306',
        'backend → cache:6379',
      ].sort(),
    );
  });

  it('let in no address by number, but at the NAT instance, which serves the VPC', () => {
    const open = dev.find('AWS::EC2::SecurityGroup').filter(({ Properties }) => Properties['SecurityGroupIngress'] !== undefined);
    expect(open.map(({ Properties }) => Properties['SecurityGroupIngress'])).toEqual([
      [expect.objectContaining({ CidrIp: '10.10.0.0/16' })],
    ]);
  });

  it('let out to the internet by HTTPS only, and only who calls AWS', () => {
    const callers = dev.find('AWS::EC2::SecurityGroup').filter(({ Properties }) => JSON.stringify(Properties).includes('"0.0.0.0/0"'));
    expect(callers.map(({ Properties }) => textOf(Properties['GroupDescription'])).sort()).toEqual(
      ['Security Group for NAT instances', 'backend', 'frontend', 'provisioner', 'smokeTest', 'trigger', 'worker'].sort(),
    );
  });
});

describe('the API', () => {
  it('has a resource for each bare path and one for what is below it', () => {
    const parts = dev.find('AWS::ApiGateway::Resource').map(({ Properties }) => textOf(Properties['PathPart']));
    expect(parts.sort()).toEqual([...PUBLISHERS, ...PUBLISHERS.map(() => '{proxy+}')].sort());
  });

  it('takes access tokens at every method: without a scope it would want id tokens', () => {
    const methods = dev.find('AWS::ApiGateway::Method');
    // Of each bare path, and of what is below it.
    expect(methods).toHaveLength(2 * PUBLISHERS.length);
    for (const { Properties } of methods) {
      expect(Properties).toMatchObject({
        HttpMethod: 'ANY',
        AuthorizationType: 'COGNITO_USER_POOLS',
        AuthorizationScopes: ['aws.cognito.signin.user.admin'],
      });
    }
  });

  it('reaches the listener of the API privately, with the path as it came', () => {
    const integrations = dev.find('AWS::ApiGateway::Method').map(({ Properties }) => Properties['Integration']);
    const origin = 'https://alb.dev.torii.example.com:8443';
    expect(integrations.map((integration) => textOf(Object.entries(integration ?? {}).find(([key]) => key === 'Uri')?.[1])).sort()).toEqual(
      PUBLISHERS.flatMap((name) => [`${origin}/${name}`, `${origin}/${name}/{proxy}`]).sort(),
    );
    for (const integration of integrations) {
      expect(integration).toMatchObject({ ConnectionType: 'VPC_LINK', Type: 'HTTP_PROXY', IntegrationTarget: expect.anything() });
    }
  });

  it('refuses in the form that services refuse in', () => {
    const responses = dev.find('AWS::ApiGateway::GatewayResponse').map(({ Properties }) => Properties);
    const statuses = responses.map(({ ResponseType, StatusCode }) => [textOf(ResponseType), Number(StatusCode)]);
    // Without a response of its own a refusal gets the status of its default.
    expect(Object.fromEntries(statuses)).toEqual({
      UNAUTHORIZED: 401,
      EXPIRED_TOKEN: 401,
      ACCESS_DENIED: 403,
      WAF_FILTERED: 403,
      MISSING_AUTHENTICATION_TOKEN: 404,
      REQUEST_TOO_LARGE: 413,
      UNSUPPORTED_MEDIA_TYPE: 415,
      THROTTLED: 429,
      QUOTA_EXCEEDED: 429,
      INTEGRATION_FAILURE: 503,
      INTEGRATION_TIMEOUT: 504,
      DEFAULT_4XX: 400,
      DEFAULT_5XX: 500,
    });
    for (const { ResponseParameters, ResponseTemplates, StatusCode } of responses) {
      expect(ResponseParameters).toEqual({ 'gatewayresponse.header.Content-Type': "'application/problem+json'" });
      const body = String(Object.values(ResponseTemplates ?? {})[0]).replace('$context.error.messageString', '"What to do about it"');
      expect(JSON.parse(body)).toMatchObject({
        type: expect.stringMatching(/^urn:torii:problem:[a-z-]+$/),
        status: Number(StatusCode),
        code: expect.stringMatching(/^[A-Z_]+$/),
        detail: expect.stringMatching(/.{10,}/),
      });
    }
  });

  it('limits the rate, traces, and logs neither address nor token', () => {
    const stage = dev.get('AWS::ApiGateway::Stage').Properties;
    expect(stage).toMatchObject({ StageName: 'v1', TracingEnabled: true });
    expect(stage['MethodSettings']).toEqual([
      expect.objectContaining({ ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 2000, DataTraceEnabled: false }),
    ]);
    expect(JSON.stringify(stage['AccessLogSetting'])).not.toMatch(/sourceIp|authorization|querystring/i);
  });
});

describe('sign-in', () => {
  it('is by password or SRP, from two clients without a secret, whose tokens can be revoked', () => {
    const clients = dev.find('AWS::Cognito::UserPoolClient').map(({ Properties }) => Properties);
    expect(clients.map(({ ClientName }) => textOf(ClientName)).sort()).toEqual(['mobile', 'web']);
    for (const client of clients) {
      expect(client).toMatchObject({ GenerateSecret: false, EnableTokenRevocation: true, AccessTokenValidity: 30 });
      expect(client['ExplicitAuthFlows']).toEqual(['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH']);
    }
  });

  it('announces a confirmed user to the registration function', () => {
    const { Properties } = dev.get('AWS::Cognito::UserPool');
    const [trigger] = listReferences(Properties['LambdaConfig']);
    expect(dev.find('AWS::Lambda::Function').map(({ logicalId }) => logicalId)).toContain(trigger);
    expect(Properties).toMatchObject({ UsernameAttributes: ['email'], AutoVerifiedAttributes: ['email'] });
  });
});

describe('the edge', () => {
  it('caches assets only', () => {
    const distribution = JSON.stringify(dev.get('AWS::CloudFront::Distribution').Properties);
    // AWS's managed policies CachingOptimized and CachingDisabled.
    expect(distribution).toContain(
      '"CacheBehaviors":[{"CachePolicyId":"658327ea-f89d-4fab-a63d-7e88639e58f6","Compress":true,"PathPattern":"/assets/*"',
    );
    expect(distribution).toContain('"CachePolicyId":"4135ea2d-6df8-44a3-9df3-4b5a84be39ad"');
  });

  it('reads the firewall of us-east-1 from its stack output', () => {
    const distribution = JSON.stringify(dev.get('AWS::CloudFront::Distribution').Properties);
    expect(distribution).toMatch(/"WebACLId":\{"Fn::GetStackOutput":\{"StackName":"torii-dev-edge-waf","Region":"us-east-1"/);
  });

  it('accepts uploads from browsers of this stage', () => {
    const files = dev.find('AWS::S3::Bucket').filter(({ Properties }) => Properties['CorsConfiguration'] !== undefined);
    expect(files).toHaveLength(1);
    expect(JSON.stringify(files[0]?.Properties['CorsConfiguration'])).toContain('"AllowedMethods":["PUT","GET"]');
  });
});
