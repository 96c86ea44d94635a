import { existsSync, readFileSync } from 'node:fs';
import { defineConfig } from 'tsup';

// Run from a package's folder: one output per entry of its `exports` (and `bin`) map. `tsc -b` writes the declarations
// into the same `dist`, so tsup must not clean it.
interface Exports {
  [path: string]: string | Record<string, string>;
}
const { exports = {}, bin = {} } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  exports?: Exports;
  bin?: Record<string, string>;
};
const sources = (target: string | Record<string, string>): string[] =>
  typeof target === 'string' ? [target] : Object.values(target);
const entries = Object.values(exports)
  .flatMap(sources)
  .concat(Object.values(bin))
  .filter((file) => file.endsWith('.js'))
  .map((file) => file.replace(/^\.\/dist\//, 'src/').replace(/\.js$/, '.ts'))
  .filter((file) => existsSync(file));

export default defineConfig({
  entry: [...new Set(entries)],
  format: 'esm',
  target: 'node20',
  platform: 'neutral',
  splitting: true,
  sourcemap: true,
  clean: false,
  dts: false,
});
