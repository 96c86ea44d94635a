import { copyFileSync, readFileSync } from 'node:fs';
import { defineConfig } from 'tsup';

// Runs in a package's folder: one output for each file of `dist` that the package's `exports` and `bin` name.
type Target = string | { readonly [condition: string]: Target };

const { exports = {}, bin = {} } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, Target>;

const filesOf = (target: Target): string[] =>
  typeof target === 'string' ? [target] : Object.values(target).flatMap(filesOf);

const modules = [exports, bin].flatMap(filesOf).flatMap((file) => /^\.\/dist\/(.+)\.js$/.exec(file)?.[1] ?? []);

export default defineConfig({
  entry: Object.fromEntries(modules.map((module) => [module, `src/${module}.ts`])),
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  removeNodeProtocol: false,
  skipNodeModulesBundle: true,
  sourcemap: true,
  dts: false,
  // `tsc -b` writes the declarations into the same folder.
  clean: ['!**/*.d.ts', '!**/*.tsbuildinfo'],
  // npm packs a licence from the package's own folder only.
  onSuccess: async () => copyFileSync(new URL('LICENSE', import.meta.url), 'LICENSE'),
});
