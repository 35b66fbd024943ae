/** The import directions of the project: capture → vision → mood → publish, rules; daemon.ts alone sees every stage. */
const stage = (name, sees) => ({
  name: `${name}-sees-only-itself-and-its-upstream-vocabulary`,
  severity: 'error',
  from: { path: `^src/${name}/` },
  to: { path: '^src/', pathNot: [`^src/${name}/`, ...sees] },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans-in-src',
      severity: 'error',
      from: { orphan: true, path: '^src/', pathNot: '\\.d\\.ts$' },
      to: {},
    },
    {
      name: 'not-to-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^(@tensorflow/tfjs-node|@u4/opencv4nodejs|@u4/opencv-build)$' },
    },
    { name: 'no-deprecated-core', severity: 'error', from: {}, to: { dependencyTypes: ['deprecated'] } },
    stage('config', [
      '^src/peers/peer\\.ts$',
      '^src/capture/frame\\.ts$',
      '^src/vision/emotion\\.ts$',
      '^src/mood/mood\\.ts$',
      '^src/rules/(rule|rule-schema|parse-rules|check/find-rule-warnings)\\.ts$',
    ]),
    stage('peers', []),
    stage('capture', ['^src/peers/']),
    stage('vision', ['^src/capture/frame\\.ts$', '^src/peers/']),
    stage('mood', ['^src/vision/(emotion|face|observation)\\.ts$']),
    stage('publish', ['^src/mood/mood\\.ts$', '^src/vision/(emotion|face|observation)\\.ts$', '^src/rules/rule\\.ts$']),
    stage('rules', [
      '^src/mood/mood\\.ts$',
      '^src/vision/emotion\\.ts$',
      '^src/config/(fault|yaml-source|check-data|explain-issue|fields|fill-placeholders|nearest-key|mqtt-topic|duration)\\.ts$',
      // Pure, and the rule of MQTT for what a filter matches.
      '^src/publish/topic-filter\\.ts$',
    ]),
    stage('history', [
      '^src/mood/mood\\.ts$',
      '^src/vision/emotion\\.ts$',
      '^src/rules/rule\\.ts$',
      '^src/publish/payload\\.ts$',
    ]),
    stage('live', [
      '^src/capture/(frame|encode-jpeg|limit-rate|process-newest)\\.ts$',
      '^src/mood/mood\\.ts$',
      '^src/vision/emotion\\.ts$',
    ]),
    stage('web', [
      '^src/mood/mood\\.ts$',
      '^src/vision/emotion\\.ts$',
      // What it tells is what is published, word for word.
      '^src/publish/(payload|bridge-payload|publisher|rule-payload)\\.ts$',
      // It draws the history, tries rules on it, and changes what people wrote.
      '^src/history/',
      '^src/rules/',
      '^src/config/(fault|read-text|yaml-source|camera-source|redact-config|resolve-config)\\.ts$',
      '^src/state/written-file\\.ts$',
    ]),
    stage('health', []),
    stage('state', []),
    stage('commands', ['^src/(state|peers|capture|config|vision|publish|mood|rules|history)/']),
    stage('service', []),
    stage('training', ['^src/peers/', '^src/vision/', '^src/capture/', '^src/mood/', '^src/config/schema\\.ts$']),
    {
      name: 'only-main-imports-daemon',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/main\\.ts$' },
      to: { path: '^src/daemon\\.ts$' },
    },
    { name: 'nobody-imports-main', severity: 'error', from: { path: '^src/' }, to: { path: '^src/main\\.ts$' } },
    {
      name: 'daemon-never-imports-training',
      severity: 'error',
      from: { path: '^src/(?!training/)' },
      to: { path: '^src/training/' },
    },
    { name: 'src-never-imports-test', severity: 'error', from: { path: '^src/' }, to: { path: '^test/' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
