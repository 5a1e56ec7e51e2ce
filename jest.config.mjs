// Source is what runs: Node strips the types, Jest only loads it. One project per level of test.
const level = (displayName, testMatch, more = {}) => ({
  displayName,
  rootDir: import.meta.dirname,
  testMatch: testMatch.map((pattern) => `<rootDir>/${pattern}`),
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/fixtures/', '/cdk.out/', '/dist/'],
  modulePathIgnorePatterns: ['<rootDir>/.*/cdk.out', '<rootDir>/.torii'],
  ...more,
});

export default {
  projects: [
    level('unit', [
      '{bench,contracts,chassis,local,testing,scripts,operations,faults}/**/src/**/*.test.ts',
      'scripts/{,start/,docs/,new-service/,contracts/,deliver/,migrations/}*.test.ts',
      'services/*/{src,web}/**/*.test.ts',
      'infra/src/**/*.test.ts',
    ]),
    level('fitness', ['fitness/**/*.test.ts']),
    level('infra', ['{infra,scripts}/test/**/*.test.ts'], {
      globalSetup: '<rootDir>/infra/test/global-setup.ts',
      globalTeardown: '<rootDir>/infra/test/global-teardown.ts',
    }),
    level('local', ['local/test/**/*.test.ts']),
    level('component', ['{chassis,services/*,operations}/test/**/*.test.ts', 'scripts/migrations/test/**/*.test.ts'], {
      globalSetup: '<rootDir>/testing/src/global-setup.ts',
      globalTeardown: '<rootDir>/testing/src/global-teardown.ts',
    }),
    level('journey', ['e2e/journeys/**/*.test.ts'], {
      globalSetup: '<rootDir>/e2e/src/global-setup.ts',
      globalTeardown: '<rootDir>/e2e/src/global-teardown.ts',
    }),
  ],
  // Ends what hangs; no test asserts by it how long something takes.
  testTimeout: 120_000,
  // Two workers keep a two-core machine busy; more make MariaDB and Chromium wait for each other.
  maxWorkers: 2,
  // A worker on a busy machine takes its time to end; one that something keeps alive is still told of.
  workerGracefulExitTimeout: 5_000,
};
