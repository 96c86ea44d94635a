import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { expect, it } from 'vitest';

const eslint = new ESLint({
  cwd: new URL('..', import.meta.url).pathname,
  overrideConfig: [tseslint.configs.disableTypeChecked],
  ruleFilter: ({ ruleId }) => ruleId === '@nx/enforce-module-boundaries',
});

async function imports(filePath: string, specifier: string): Promise<'allowed' | 'rejected'> {
  const [result] = await eslint.lintText(`import '${specifier}';\n`, { filePath: `packages/${filePath}` });
  expect(result?.fatalErrorCount).toBe(0);
  return result?.errorCount === 0 ? 'allowed' : 'rejected';
}

it.each([
  ['allowed', 'fusions/concat/src/concat.ts', '@sensorium/contracts'],
  ['allowed', 'fusions/concat/src/concat.ts', '@sensorium/graph'],
  ['allowed', 'encoders/image/src/image.ts', '@sensorium/media'],
  ['allowed', 'backends/node/src/node.ts', '@sensorium/backend-runtime'],
  ['allowed', 'trainer/src/fit.ts', '@sensorium/orchestrator'],
  ['allowed', 'cli/src/bin.ts', '@sensorium/starter'],
  ['allowed', 'fusions/concat/src/concat.test.ts', '@sensorium/testkit'],
  ['allowed', 'graph/src/graph.test.ts', '@sensorium/backend-node'],

  ['rejected', 'fusions/concat/src/concat.ts', '@sensorium/encoder-image'],
  ['rejected', 'fusions/concat/src/concat.ts', '@sensorium/fusion-attention'],
  ['rejected', 'fusions/concat/src/concat.ts', '@sensorium/testkit'],
  ['rejected', 'fusions/concat/src/concat.ts', '@sensorium/backend-node'],
  ['rejected', 'fusions/concat/src/concat.ts', '@sensorium/backend-runtime'],
  ['rejected', 'fusions/concat/src/concat.ts', '../../../graph/src/index.js'],
  ['rejected', 'fusions/concat/src/concat.test.ts', '@sensorium/encoder-image'],
  ['rejected', 'contracts/src/plugin.ts', '@sensorium/graph'],
  ['rejected', 'media/src/raster.ts', '@sensorium/data'],
  ['rejected', 'data/src/table.ts', '@sensorium/media'],
  ['rejected', 'orchestrator/src/pipeline.ts', '@sensorium/trainer'],
  ['rejected', 'orchestrator/src/pipeline.ts', '@sensorium/backend-runtime'],
  ['rejected', 'starter/src/demo.ts', '@sensorium/testkit'],
  ['rejected', 'starter/src/demo.ts', '@sensorium/cli'],
])('%s: %s → %s', async (expected, file, specifier) => {
  expect(await imports(file, specifier)).toBe(expected);
});
