export default { transform: {}, extensionsToTreatAsEsm: ['.ts'], testMatch: ['**/*.test.ts'] };
