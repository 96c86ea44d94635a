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
  expect(chunks).toHaveLength(1);
  const [chunk] = chunks;
  expect(chunk?.exports.toSorted()).toEqual([
    'batches',
    'createRandom',
    'didYouMean',
    'filledBatches',
    'memoryStore',
    'nearest',
    'noRecord',
    'openPrepared',
    'opfsStore',
    'parseTable',
    'permutation',
    'prefetch',
    'prepareAll',
    'readStored',
    'requireColumns',
    'requireTableName',
    'sha256',
    'splitRows',
    'tableFromRecords',
    'writeStored',
  ]);
  expect(chunk?.imports).toEqual([]);
  expect(chunk?.code).not.toContain('node:');
});
