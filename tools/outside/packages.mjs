import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { workspacePackages } from '../workspaces.mjs';
import { run } from './commands.mjs';

export const workspace = fileURLToPath(new URL('../..', import.meta.url));

const published = () => workspacePackages().filter(({ manifest }) => !manifest.private);

/** Packs packages of the workspace into a folder, as npm would publish them; by default all that are published. */
export async function packAll(folder, packages = published()) {
  const workspaces = packages.map(({ folder }) => `--workspace=${folder}`);
  const args = ['pack', '--json', `--pack-destination=${folder}`, ...workspaces];
  const { stdout } = await run('npm', args, { cwd: workspace });
  return JSON.parse(stdout).map(({ name, version, filename, integrity, shasum }) => {
    const { manifest } = packages.find(({ manifest }) => manifest.name === name);
    return { name, version, integrity, shasum, manifest, filename, bytes: readFileSync(join(folder, filename)) };
  });
}

/**
 * A registry that has the packed packages, and sends for all others to the one that npm is set to: so `npm install sensorium` is
 * what it will be. Gives its address.
 */
export async function serveRegistry(packed) {
  const upstream = (await run('npm', ['config', 'get', 'registry'], { cwd: workspace })).stdout.trim();
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url.slice(1));
    const found = packed.find(({ name, filename }) => name === path || filename === path);
    if (!found) return response.writeHead(307, { location: new URL(request.url.slice(1), upstream).href }).end();
    response.setHeader('cache-control', 'no-store');
    response.end(path === found.name ? JSON.stringify(describe(found, address())) : found.bytes);
  });
  const address = () => `http://127.0.0.1:${server.address().port}/`;
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { address: address(), close: () => server.close() };
}

/** What a registry says of a package. */
function describe({ name, version, manifest, integrity, shasum, filename }, address) {
  const dist = { tarball: `${address}${filename}`, integrity, shasum };
  return { name, 'dist-tags': { latest: version }, versions: { [version]: { ...manifest, dist } } };
}
