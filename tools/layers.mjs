/**
 * The layers of the repository, lowest first. A package says its own with the tag `layer:NAME` in its package.json
 * (under `nx.tags`), and imports only from strictly lower levels.
 */
const levels = [
  ['contracts'],
  ['tensors'],
  ['graph'],
  ['onnx'],
  ['training', 'media', 'data'],
  ['modality', 'statistics'],
  ['backend-runtime'],
  ['part', 'backend'],
  ['orchestrator'],
  ['trainer'],
  ['testkit', 'starter'],
  ['cli', 'web'],
  ['sensorium'],
  ['app', 'tool'],
];

/** What tests may import besides the lower layers: the conformance suites, and something that runs graphs. */
const forTests = ['testkit', 'backend'];

const tag = (layer) => `layer:${layer}`;

/** Options of `@nx/enforce-module-boundaries`: for each layer, the tags it may import. */
export function boundaries({ tests }) {
  return {
    ignoredCircularDependencies: circlesOfTests(),
    depConstraints: levels.flatMap((layers, level) =>
      layers.map((layer) => ({
        sourceTag: tag(layer),
        onlyDependOnLibsWithTags: [...new Set([...lowerLayers(layer, level), ...(tests ? forTests : [])])].map(tag),
      })),
    ),
  };
}

function lowerLayers(layer, level) {
  const lower = levels.slice(0, level).flat();
  return ['backend', 'testkit'].includes(layer) ? lower : lower.filter((other) => other !== 'backend-runtime');
}

/**
 * A package's tests depend on the testkit, and that on the package: Nx sees a circle. Among sources there is none, since
 * every import goes down.
 */
function circlesOfTests() {
  const layers = levels.flat();
  return forTests.flatMap((used) =>
    layers.filter((layer) => layer !== used).map((layer) => [`tag:${tag(used)}`, `tag:${tag(layer)}`]),
  );
}
