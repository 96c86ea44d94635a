import { readFileSync } from 'node:fs';

/**
 * The packages of this workspace, as the lockfile lists them.
 *
 * @typedef {{ name: string, version: string, private?: boolean, dependencies?: Record<string, string>, peerDependencies?: Record<string, string> }} Manifest
 * @returns {{ folder: string, manifest: Manifest }[]} sorted by folder, relative to the root
 */
export function workspacePackages() {
  const { packages } = readJson('package-lock.json');
  return Object.values(packages)
    .filter(({ link }) => link)
    .map(({ resolved }) => resolved)
    .sort()
    .map((folder) => ({ folder, manifest: readJson(`${folder}/package.json`) }));
}

/** Parses a JSON file given relative to the root of the repository. */
export function readJson(file) {
  return JSON.parse(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8'));
}
