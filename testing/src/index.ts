export { type TestBroker, type TestBrokerOptions, startTestBroker } from './broker.ts';
export { type TestCredentials, type TestEnvironment, startTestEnvironment } from './environment.ts';
export { type TestClient, type TestRequest, type TestResponse, createTestClient } from './http-client.ts';
export { deliverExample } from './deliver-example.ts';
export { type GoldenExample, listGoldenExamples } from './released-contracts.ts';
export { type TestSchema, createTestSchema } from './schema.ts';
export { type TestServers, startTestServers } from './servers.ts';
export { type TestTokens, type TokenOverrides, createTestTokens } from './tokens.ts';
export { type WaitOptions, waitFor } from './wait-for.ts';
