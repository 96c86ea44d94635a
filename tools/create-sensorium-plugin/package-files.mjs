// What of a plugin's package follows from its sources: dependencies, scripts, exports, TypeScript's options.

/** The workspace's own versions of packages that plugins import; a package elsewhere asks for compatible ones. */
export const versions = { zod: '4.6.7', vitest: '4.1.12', typescript: '5.9.3', '@types/node': '20.19.43' };

/** One copy for the plugin and what uses it: types and descriptions of zod belong to their copy. */
const peers = { zod: '^4.0.0' };

const importedName = /(?:^|\n)(?:import|export)[^;]*? from '((?:@[^/']+\/)?[^./'][^/']*)/g;

/** The packages that sources import. @param {Iterable<string>} sources */
function importsOf(sources) {
  const names = [...sources].flatMap((source) => [...source.matchAll(importedName)].map(([, name]) => name));
  return [...new Set(names)].filter((name) => !name.startsWith('node:')).sort();
}

const pick = (names, versionOf) => Object.fromEntries(names.map((name) => [name, versionOf(name)]));

/**
 * Splits what sources and tests import into dependencies, peers and what only development needs.
 *
 * @param {{ sources: readonly string[], tests: readonly string[], versionOf: (name: string) => string }} given
 */
function dependenciesOf({ sources, tests, versionOf }) {
  const used = importsOf(sources);
  const isPeer = (name) => name in peers;
  const development = [
    ...used.filter(isPeer),
    ...importsOf(tests).filter((name) => !used.includes(name) || isPeer(name)),
  ];
  return {
    dependencies: pick(
      used.filter((name) => !isPeer(name)),
      versionOf,
    ),
    peerDependencies: pick(used.filter(isPeer), (name) => peers[name]),
    devDependencies: pick([...new Set(development)].sort(), versionOf),
  };
}

/** Without groups of dependencies that are empty. */
const withoutEmpty = (record) =>
  Object.fromEntries(
    Object.entries(record).filter(([, value]) => typeof value !== 'object' || Object.keys(value).length > 0),
  );

/** The package.json of a plugin that somebody publishes from a folder of its own. */
export function ownPackageJson({ packageName, description, sources, tests, sensorium }) {
  const versionOf = (name) => peers[name] ?? `^${name.startsWith('@sensorium/') ? sensorium : versions[name]}`;
  const { devDependencies, ...others } = dependenciesOf({ sources, tests, versionOf });
  const tools = ['@types/node', 'typescript', 'vitest'];
  return withoutEmpty({
    name: packageName,
    version: '0.1.0',
    description,
    license: 'MIT',
    type: 'module',
    keywords: ['sensorium-plugin'],
    sideEffects: false,
    engines: { node: '>=20.19' },
    exports: {
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      './package.json': './package.json',
    },
    files: ['dist'],
    scripts: { build: 'tsc', test: 'vitest run', prepack: 'npm run build' },
    ...others,
    devDependencies: { ...devDependencies, ...pick(tools, versionOf) },
  });
}

/** The tsconfig.json of such a package. */
export const ownTsconfig = {
  compilerOptions: {
    target: 'es2022',
    lib: ['es2023', 'dom', 'dom.iterable', 'esnext.disposable'],
    module: 'nodenext',
    types: ['node'],
    strict: true,
    noUncheckedIndexedAccess: true,
    verbatimModuleSyntax: true,
    skipLibCheck: true,
    declaration: true,
    rootDir: 'src',
    outDir: 'dist',
  },
  include: ['src'],
  exclude: ['src/**/*.test.ts'],
};

/** The package.json of a plugin in this workspace. What `own` has beside what follows from the sources stays. */
export function workspacePackageJson({ folder, own, sources, tests, versionOf }) {
  const up = folder.replace(/[^/]+/g, '..');
  const layer = folder.startsWith('packages/modalities/') ? 'modality' : 'part';
  const entry = {
    '@sensorium/source': './src/index.ts',
    types: './dist/index.d.ts',
    default: './dist/index.js',
  };
  const { dependencies, peerDependencies, devDependencies } = dependenciesOf({ sources, tests, versionOf });
  // The workspace has it for all of its packages.
  delete devDependencies.vitest;
  const ordered = {
    name: own.name,
    version: own.version,
    description: own.description,
    license: 'MIT',
    type: 'module',
    sideEffects: false,
    engines: { node: '>=20.19' },
    exports: own.exports ?? { '.': entry, './package.json': './package.json' },
    files: own.files ?? ['dist', '!dist/**/*.test.*', '!dist/**/*.tsbuildinfo'],
    scripts: {
      build: `tsup --config ${up}/tsup.config.ts`,
      test: `vitest run --root ${up} ${folder}`,
    },
    dependencies,
    peerDependencies: { ...own.peerDependencies, ...peerDependencies },
    peerDependenciesMeta: own.peerDependenciesMeta ?? {},
    devDependencies,
    nx: { tags: [`layer:${layer}`] },
  };
  return withoutEmpty(ordered);
}

/** The tsconfig.json of such a package; its references are written by tools/references.mjs. */
export const workspaceTsconfig = (folder) => ({
  extends: `${folder.replace(/[^/]+/g, '..')}/tsconfig.base.json`,
  compilerOptions: { rootDir: 'src', outDir: 'dist', tsBuildInfoFile: 'dist/tsconfig.tsbuildinfo' },
  include: ['src'],
  exclude: ['src/**/*.test.ts', 'src/testing/**'],
  references: [],
});
