import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/** Peers of what is not run: test runners, browsers, and the decoder of pictures, 8 MB, which is given none. */
const left = new Set(['vitest', 'playwright-core', 'axe-core', 'sharp']);

/**
 * All packages that some need at run time, with their places in a node_modules of their own.
 *
 * @param {string} root of the workspace
 * @param {string[]} roots folders of the packages to begin with, relative to it
 */
export function closure(root, roots) {
  const found = new Map();
  const visit = (folder) => {
    if (found.has(folder)) return;
    const { name, dependencies, optionalDependencies, peerDependencies } = manifestOf(folder);
    found.set(folder, name);
    for (const needed of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      if (!left.has(needed)) visit(resolve(needed, folder));
    }
  };
  for (const folder of roots) visit(join(root, folder));
  const ours = [...found].filter(([folder]) => !isInstalled(folder, root));
  const others = [...found].filter(([folder]) => isInstalled(folder, root));
  return {
    ours: ours.map(([folder, name]) => ({ name, folder: relative(root, folder), place: name })),
    others: others.map(([folder, name]) => ({ name, folder, place: placeOf(folder, root, ours) })),
  };
}

const manifestOf = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/** As Node looks for packages. */
function resolve(name, from) {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate);
    if (folder === dirname(folder)) throw new Error(`${name}, which ${from} needs, is not installed. Run: npm ci`);
  }
}

const isInstalled = (folder, root) => relative(root, folder).split(sep).includes('node_modules');

/** Below the node_modules of the workspace: the same; below those of one of our packages: below its place. */
function placeOf(folder, root, ours) {
  const owner = ours.find(([own]) => folder.startsWith(join(own, 'node_modules') + sep));
  if (!owner) return relative(join(root, 'node_modules'), folder);
  const [own, name] = owner;
  return join(name, relative(own, folder));
}
