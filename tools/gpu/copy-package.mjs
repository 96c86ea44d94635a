import { cpSync, statSync } from 'node:fs';
import { relative } from 'node:path';

const native = 'bin/napi-v6/linux/x64/';

/** Of packages with builds for many platforms, what Node on Linux (x64) loads. */
const loaded = {
  'onnxruntime-node': (file) => !file.startsWith('bin/') || file.startsWith(native) || native.startsWith(`${file}/`),
  'onnxruntime-web': (file) =>
    !file.startsWith('dist/') || /^dist\/ort(\.node\.min|-wasm-simd-threaded)\.(m?js|wasm)$/.test(file),
};

/** Copies an installed package without what only people and compilers read, and without packages inside of it. */
export function copyPackage({ name, folder }, target) {
  const filter = (source) => {
    const file = relative(folder, source);
    if (file.split('/').includes('node_modules')) return false;
    if (/\.([cm]?ts|map|md)$/.test(file) && statSync(source).isFile()) return false;
    return loaded[name]?.(file) ?? true;
  };
  cpSync(folder, target, { recursive: true, dereference: true, filter });
}
