// The arrows of the house (docs/architecture.md): rules <- schema <- kit <- subgraphs, schema <- gateway; sandbox and bench may use
// anything and nothing may use them; gateway and subgraphs meet only over HTTP; console meets the gateway only there, too.
const agencies = ['hrss', 'market-regulation', 'postal', 'medical-insurance'];

export default {
  forbidden: [
    // A circle that exists only among types is gone at run time.
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    {
      name: 'rules-use-nobody',
      severity: 'error',
      from: { path: '^rules/' },
      to: { path: '^(schema|kit|gateway|subgraphs|sandbox|bench)/' },
    },
    // No I/O: the same figures anywhere, in a browser as well. Only the programs that write generated files and run cases read files.
    {
      name: 'rules-do-no-io',
      severity: 'error',
      from: { path: '^rules/src/', pathNot: '\\.cli\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'schema-uses-rules-only',
      severity: 'error',
      from: { path: '^schema/' },
      to: { path: '^(kit|gateway|subgraphs|sandbox|bench)/' },
    },
    {
      name: 'kit-uses-schema-and-rules-only',
      severity: 'error',
      from: { path: '^kit/src/' },
      to: { path: '^(gateway|subgraphs|sandbox|bench)/' },
    },
    {
      name: 'gateway-uses-schema-and-rules-only',
      severity: 'error',
      from: { path: '^gateway/src/' },
      to: { path: '^(kit|subgraphs|sandbox|bench)/' },
    },
    {
      name: 'subgraphs-use-kit-schema-and-rules',
      severity: 'error',
      from: { path: '^subgraphs/[^/]+/src/' },
      to: { path: '^(gateway|sandbox|bench)/' },
    },
    ...agencies.map((agency) => ({
      name: `${agency}-knows-no-other-agency`,
      severity: 'error',
      from: { path: `^subgraphs/${agency}/` },
      to: { path: `^subgraphs/(?!${agency}/)` },
    })),
    {
      name: 'nobody-uses-sandbox',
      severity: 'error',
      from: { path: '^(rules|schema|kit|gateway|subgraphs)/[^/]*/?src/' },
      to: { path: '^(sandbox|bench)/' },
    },
    {
      name: 'gateway-pure-middle',
      severity: 'error',
      from: { path: '^gateway/src/(graph|execution|access)/' },
      to: { path: '^gateway/src/(http|main)' },
    },
    // The pages know the public graph and nothing else of the house.
    {
      name: 'console-uses-nobody',
      severity: 'error',
      from: { path: '^console/src/' },
      to: { path: '^(rules|schema|kit|gateway|subgraphs|sandbox|bench)/' },
    },
    { name: 'nobody-uses-console', severity: 'error', from: { pathNot: '^console/' }, to: { path: '^console/' } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: ['\\.d\\.ts$', '/test/', '\\.mjs$', '^bench/src/access/open/'] },
      to: {},
    },
    // Tests also use the tools of the root package.json.
    {
      name: 'no-unlisted-dependency',
      severity: 'error',
      from: { pathNot: '/test/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|generated)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: { conditionNames: ['@yichuang/source', 'import', 'node', 'default'], exportsFields: ['exports'] },
  },
};
