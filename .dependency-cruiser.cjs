/** Who may import whom: services → chassis → contracts; infra → contracts; local knows no service. */
const tests = '\\.test\\.tsx?$|/test/';
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'contracts-imports-zod-only',
      severity: 'error',
      from: { path: '^contracts/src', pathNot: tests },
      to: { pathNot: '^contracts/|node_modules/zod/' },
    },
    {
      name: 'chassis-knows-no-service',
      severity: 'error',
      from: { path: '^chassis/' },
      to: { path: '^(services|infra|local|e2e|bench|operations|faults)/', pathNot: '^testing/' },
    },
    {
      name: 'no-service-imports-another',
      severity: 'error',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'services-know-no-cloud',
      severity: 'error',
      from: { path: '^services/', pathNot: tests },
      to: { path: '^(infra|local|testing|e2e|bench|operations|faults)/' },
    },
    {
      name: 'infra-imports-contracts-only',
      severity: 'error',
      from: { path: '^infra/' },
      to: { path: '^(chassis|services|local|testing|e2e|bench|operations|faults)/' },
    },
    {
      name: 'local-knows-templates-only',
      severity: 'error',
      from: { path: '^local/src', pathNot: tests },
      to: { path: '^(contracts|chassis|services|infra|testing|e2e|bench|operations|faults)/' },
    },
    {
      name: 'testing-is-for-tests',
      severity: 'error',
      from: { path: '/src/', pathNot: `${tests}|^(testing|bench|faults)/` },
      to: { path: '^testing/' },
    },
    {
      name: 'domain-does-no-io',
      severity: 'error',
      from: { path: '^services/[^/]+/src/domain/', pathNot: tests },
      to: {
        path: '/(http|events|store|use-cases)/|node_modules/(express|sequelize|mysql2|ioredis|@aws-sdk|undici)|^(node:)?(fs|net|http|https|child_process)$',
      },
    },
    {
      name: 'chassis-brings-no-library-twice',
      severity: 'error',
      from: { path: '^services/[^/]+/src/(http|use-cases|domain)/' },
      to: { path: 'node_modules/(mysql2|ioredis|pino|sqs-consumer)' },
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^(virtual:|/assets/)' } },
    {
      name: 'no-undeclared-dependency',
      severity: 'error',
      from: { pathNot: tests },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // swc is told of TypeScript but not of JSX, and stops at the first .tsx.
    exclude: { path: '(^|/)(cdk\\.out|dist|fixtures)(/|$)|\\.tsx$' },
    tsPreCompilationDeps: true,
    parser: 'swc',
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
    },
  },
};
