import { defineConfig } from 'vite';

/** Threads of WebAssembly share memory, which a page may only where nobody else can look into it. */
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig({
  // The folder that is built can stand anywhere, below any path.
  base: './',
  worker: { format: 'es' },
  build: { target: 'es2022', assetsInlineLimit: 0 },
  // These find their own files by `import.meta.url`.
  optimizeDeps: { exclude: ['@sensorium/backend-web', 'onnxruntime-web'] },
  server: { headers },
  preview: { headers },
});
