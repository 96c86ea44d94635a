import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

export interface BuiltProgram {
  readonly file: string;
  remove(): Promise<void>;
}

/** Makes a program of sources, as processes of tests need it. @param source relative to `src` */
export async function buildProgram(source: string): Promise<BuiltProgram> {
  const folder = fileURLToPath(new URL(`../../../../node_modules/.cache/fuzz-${process.pid}`, import.meta.url));
  const from = (file: string): string => fileURLToPath(new URL(`../${file}`, import.meta.url));
  await build({
    configFile: false,
    logLevel: 'error',
    ssr: {
      noExternal: [/^@sensorium\//],
      external: ['onnxruntime-node', 'onnxruntime-web', 'sharp'],
      resolve: { conditions: ['@sensorium/source', 'node', 'import', 'module', 'default'] },
    },
    build: {
      ssr: true,
      outDir: folder,
      minify: false,
      rollupOptions: {
        input: { program: from(source), watchdog: from('watchdog.ts') },
        output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  });
  return { file: join(folder, 'program.js'), remove: () => rm(folder, { recursive: true, force: true }) };
}
