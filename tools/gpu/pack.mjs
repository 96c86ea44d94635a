import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { run, step } from '../outside/commands.mjs';
import { packAll, workspace } from '../outside/packages.mjs';
import { workspacePackages } from '../workspaces.mjs';
import { closure } from './closure.mjs';
import { copyPackage } from './copy-package.mjs';

/** The command, and the bench with all that it measures. */
const roots = ['packages/cli', 'tools/bench'];
const NAME = 'sensorium-gpu';

/** Where the loader of Vulkan may be: Debian's, others', and the one that Debian's Chromium brings. */
const loaders = ['/usr/lib/x86_64-linux-gnu', '/usr/lib64', '/usr/lib/chromium'].map((folder) =>
  join(folder, 'libvulkan.so.1'),
);

/**
 * Packs what a Linux machine (x64) without npm and network needs to say which backends run there, whether they agree, and how
 * fast they are. Gives the size in bytes.
 *
 * @param {string} out where to; how it is compressed goes by its ending: gzip, or `.xz`
 */
export async function pack(out) {
  requireNodeAlone();
  const folder = mkdtempSync(join(tmpdir(), `${NAME}-`));
  const target = join(folder, NAME);
  try {
    const { ours, others } = closure(workspace, roots);
    cpSync(fileURLToPath(new URL('archive', import.meta.url)), target, { recursive: true });
    await step(`${ours.length} packages are packed`, () => unpackOurs(ours, folder, target));
    await step(`${others.length} packages are copied`, () => {
      for (const other of others) copyPackage(other, join(target, 'node_modules', other.place));
    });
    await copyNode(join(target, 'node'));
    copyLoader(target);
    mkdirSync(dirname(out), { recursive: true });
    await step('all is compressed', () => run('tar', [...compression(out), '-cf', out, '-C', folder, NAME]));
    return statSync(out).size;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function requireNodeAlone() {
  const { platform, arch, config } = process;
  if (platform !== 'linux' || arch !== 'x64') throw new Error(`pack on Linux (x64): this is ${platform} (${arch})`);
  if (config.variables.node_shared)
    throw new Error('this Node is a library beside its binary; pack with one from nodejs.org');
}

/** As npm would publish them. */
async function unpackOurs(ours, folder, target) {
  const names = new Set(ours.map(({ name }) => name));
  const packages = workspacePackages().filter(({ manifest }) => names.has(manifest.name));
  for (const { name, filename } of await packAll(folder, packages)) {
    const place = join(target, 'node_modules', name);
    mkdirSync(place, { recursive: true });
    await run('tar', ['-xzf', join(folder, filename), '-C', place, '--strip-components=1', '--exclude=*.map']);
  }
}

/** Without symbols for debuggers, which are 3 MiB of the archive, where somebody can take them away. */
async function copyNode(target) {
  try {
    await run('strip', ['-o', target, process.execPath]);
  } catch {
    console.log('✗ binutils are not here: Node keeps its symbols, and the archive is larger');
    copyFileSync(process.execPath, target);
  }
}

/** For machines with a driver and without the loader, as containers often are. */
function copyLoader(target) {
  const loader = loaders.find((file) => existsSync(file));
  if (!loader) return console.log('✗ no libvulkan.so.1 is here to be packed: the machine must have its own');
  mkdirSync(join(target, 'vulkan'));
  copyFileSync(loader, join(target, 'vulkan/libvulkan.so.1'));
}

const compression = (out) => (out.endsWith('.xz') ? ['-I', 'xz -6'] : ['-I', 'gzip -9']);
