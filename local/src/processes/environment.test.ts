import { describe, expect, it } from '@jest/globals';
import type { LocalContext } from '../provider.ts';
import { adaptEnvironment, maskEnvironment } from './environment.ts';

const context: LocalContext = {
  region: 'eu-west-1',
  accountId: '222222222222',
  root: '/repository',
  stateFolder: '/state',
  nativeFolder: '/native',
  ports: { web: 1, api: 2, console: 3, cognito: 4, aws: 5, control: 6, otlp: 7, mariadb: 8, redis: 9 },
  tls: { caFile: '/state/ca.pem', certFile: '', keyFile: '' },
  findAsset: () => undefined,
  log: () => undefined,
};
const template = {
  SERVICE_NAME: 'catalog',
  PORT: '80',
  NODE_EXTRA_CA_CERTS: '/app/certs/ca-bundle.pem',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318',
  API_URL: 'https://a1b2c3.execute-api.eu-west-1.amazonaws.com/v1/',
  TOKEN_ISSUER: 'https://localhost:4/eu-west-1_x',
};

describe('adaptEnvironment', () => {
  const { environment, substitutions } = adaptEnvironment(template, context, 8021);

  it('changes port, CA, collector and API origin, and nothing else of the template', () => {
    expect(environment).toMatchObject({
      SERVICE_NAME: 'catalog',
      HOST: '127.0.0.1',
      PORT: '8021',
      NODE_EXTRA_CA_CERTS: '/state/ca.pem',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:7',
      API_URL: 'http://localhost:2/v1/',
      TOKEN_ISSUER: 'https://localhost:4/eu-west-1_x',
    });
  });

  it('lists every difference from the template', () => {
    const changed = substitutions.filter(({ from }) => from !== undefined).map(({ variable }) => variable);
    expect(changed.toSorted()).toEqual(['API_URL', 'NODE_EXTRA_CA_CERTS', 'OTEL_EXPORTER_OTLP_ENDPOINT', 'PORT']);
    const added = substitutions.filter(({ from }) => from === undefined).map(({ variable }) => variable);
    expect(added).toEqual(Object.keys(environment).filter((name) => !(name in template)));
    expect(added.filter((name) => !name.startsWith('AWS_'))).toEqual(['PATH', 'HOME', 'TZ', 'LANG', 'NODE_COMPILE_CACHE', 'HOST']);
  });

  it('leaves other hosts alone', () => {
    const other = { LINK: 'https://a1.execute-api.eu-west-1.amazonaws.com.example.org/x' };
    expect(adaptEnvironment(other, context).environment['LINK']).toBe(other.LINK);
  });

  it('gives a function no port', () => {
    expect(adaptEnvironment({}, context).environment).not.toHaveProperty('PORT');
  });
});

describe('maskEnvironment', () => {
  it('hides secrets and shows what only names one', () => {
    const environment = {
      SESSION_SECRET: 'x',
      AWS_SECRET_ACCESS_KEY: 'x',
      FLAG: 'x',
      DATABASE_SECRET_ARN: 'arn:x',
      TOKEN_ISSUER: 'https://x',
      TOKEN_CLIENT_IDS: 'x',
      AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://x',
    };
    const masked = maskEnvironment(environment, new Set(['FLAG']));
    expect(
      Object.entries(masked)
        .filter(([, value]) => value === '••••••')
        .map(([name]) => name),
    ).toEqual(['SESSION_SECRET', 'AWS_SECRET_ACCESS_KEY', 'FLAG']);
  });
});
