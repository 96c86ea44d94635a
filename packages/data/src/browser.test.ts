import { fileURLToPath } from 'node:url';
import { build, type Rolldown } from 'vite';
import { expect, it } from 'vitest';

it('has a browser entry that needs nothing of Node', async () => {
  const entry = fileURLToPath(new URL('./browser.ts', import.meta.url));
  const result = (await build({
    configFile: false,
    logLevel: 'silent',
    resolve: { conditions: ['@sensorium/source', 'browser'] },
    build: { write: false, minify: false, lib: { entry, formats: ['es'] } },
  })) as Rolldown.RolldownOutput[];
  const chunks = result.flatMap(({ output }) => output).filter((file) => file.type === 'chunk');
  const [chunk] = chunks.filter(({ isEntry }) => isEntry);
  expect(chunk?.exports.toSorted()).toEqual([
    'addressInside',
    'batches',
    'blobAccess',
    'chosenPlace',
    'createRandom',
    'didYouMean',
    'entryAddress',
    'filledBatches',
    'findEntry',
    'findTable',
    'isHttp',
    'memoryStore',
    'nearest',
    'noRecord',
    'openPrepared',
    'opfsStore',
    'parseTable',
    'permutation',
    'prefetch',
    'prepareAll',
    'readEntry',
    'readStored',
    'removePrepared',
    'requireColumns',
    'requireTableName',
    'sha256',
    'splitRows',
    'tableFromRecords',
    'web',
    'writeStored',
  ]);
  // What reads Parquet and zip is loaded with the first of them.
  const own = new Set(chunks.map(({ fileName }) => fileName));
  expect(chunks.flatMap(({ imports }) => imports).filter((name) => !own.has(name))).toEqual([]);
  for (const { code } of chunks) expect(code).not.toMatch(/\bfrom "node:|import\("node:/);
});
