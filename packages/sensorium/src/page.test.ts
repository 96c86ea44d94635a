import { isBuiltin } from 'node:module';
import { build } from 'vite';
import { beforeAll, expect, it } from 'vitest';

const page = '\0page';
const code = `
  import { loadPipeline, train } from 'sensorium';
  Object.assign(globalThis, { loadPipeline, train });`;

interface Chunk {
  readonly modules: readonly string[];
  /** Whether it comes with the page itself; others come when they are asked for. */
  readonly isEntry: boolean;
}

let chunks: Chunk[];
const imported = new Set<string>();
beforeAll(async () => {
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    resolve: { conditions: ['@sensorium/source', 'browser', 'import', 'module', 'default'] },
    worker: { format: 'es' },
    build: { write: false, minify: false, target: 'es2022', rollupOptions: { input: page } },
    plugins: [
      {
        name: 'page',
        enforce: 'pre',
        resolveId(id, importer) {
          if (importer && !importer.includes('/node_modules/')) imported.add(id);
          return id === page ? id : undefined;
        },
        load: (id) => (id === page ? code : undefined),
      },
    ],
  });
  chunks = [result]
    .flat()
    .flatMap((bundle) => ('output' in bundle ? bundle.output : []))
    .flatMap((file) => (file.type === 'chunk' ? [{ modules: file.moduleIds, isEntry: file.isEntry }] : []));
});

const chunkOf = (path: string): Chunk | undefined =>
  chunks.find(({ modules }) => modules.some((id) => id.includes(path)));

it('reaches nothing of Node on a page, and neither the command nor what it needs', () => {
  expect([...imported]).toContain('@sensorium/web');
  const ofNode = /^(sharp|commander|onnxruntime-node|@sensorium\/(backend-node|cli|starter))$/;
  expect([...imported].filter((id) => isBuiltin(id) || ofNode.test(id))).toEqual([]);
});

it.each(['encoders/image', 'encoders/text', 'fusions/attention', 'heads/caption', 'heads/classification'])(
  'has %s in a file of its own, which a page loads when a model needs it',
  (plugin) => {
    const chunk = chunkOf(`packages/${plugin}/src/`);
    expect(chunk?.isEntry).toBe(false);
    const others = chunk?.modules.filter((id) => /packages\/(encoders|fusions|heads)\//.test(id)) ?? [];
    expect(others.filter((id) => !id.includes(plugin))).toEqual([]);
  },
);

it('has the trainer in another file than what answers', () => {
  expect(chunkOf('packages/orchestrator/src/pipeline')?.isEntry).toBe(true);
  expect(chunkOf('packages/trainer/src/train.ts')?.isEntry).toBe(false);
});
