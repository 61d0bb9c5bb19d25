// Sources run without a build: workspace packages resolve to their TypeScript through the "@yichuang/source" condition.
export default {
  testEnvironment: 'node',
  roots: ['rules', 'schema', 'kit', 'gateway', 'subgraphs', 'sandbox', 'bench', 'console', 'scripts'].map(
    (folder) => `<rootDir>/${folder}`,
  ),
  testMatch: ['**/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testEnvironmentOptions: { customExportConditions: ['@yichuang/source', 'node', 'node-addons'] },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
  transformIgnorePatterns: ['/node_modules/'],
  coverageProvider: 'v8',
  testTimeout: 30_000,
  // One PostgreSQL for all test files that need an empty database.
  globalSetup: '<rootDir>/sandbox/test/store/jest-store.mjs',
  globalTeardown: '<rootDir>/sandbox/test/store/jest-store-end.mjs',
  // Suites that start the whole sandbox are bound by processors: more workers than two only make them slower.
  maxWorkers: 2,
  // A worker keeps what every suite has loaded. Grown to 1.5 GB it takes half a second to end, which Jest calls a failure to exit gracefully.
  workerIdleMemoryLimit: '512MB',
};
