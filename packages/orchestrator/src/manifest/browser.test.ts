import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { expect, it } from 'vitest';

it('is bundled for browsers without any module of Node', async () => {
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    resolve: { conditions: ['@sensorium/source', 'browser', 'import', 'module', 'default'] },
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      lib: { entry: fileURLToPath(new URL('index.ts', import.meta.url)), formats: ['es'] },
    },
  });
  const chunks = [result].flat().flatMap((bundle) => ('output' in bundle ? bundle.output : []));
  const modules = chunks.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []));
  const [entry] = chunks;
  expect(modules.some((id) => id.endsWith('manifest/packages.ts'))).toBe(true);
  // What Vite puts in the place of a module that only Node has.
  expect(modules.filter((id) => id.includes('browser-external'))).toEqual([]);
  expect(entry?.type === 'chunk' && entry.moduleIds.filter((id) => /(packages|read-file)\.ts$/.test(id))).toEqual([]);
});
