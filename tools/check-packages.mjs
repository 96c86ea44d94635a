// Packs every published package once, as npm would, and checks the tarballs: exports and types resolve (publint, Are
// the types wrong?), licence and readme are inside, tests are not. Run after `npm run build`.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { workspacePackages } from './workspaces.mjs';

const requiredFiles = ['LICENSE', 'README.md'];
/** What is built has no tests; templates of packages do. */
const unwantedFile = /^dist\/.*\.test\.|\.tsbuildinfo$/;
/** Packages are ESM only: how CommonJS and Node 10 resolve them does not matter. */
const resolutions = ['node16-esm', 'bundler'];

const published = workspacePackages().filter(({ manifest }) => !manifest.private);
const folder = mkdtempSync(join(tmpdir(), 'sensorium-pack-'));
let failed = 0;
try {
  for (const tarball of pack(published)) {
    const problems = await findProblems(tarball);
    if (problems.length > 0) failed += 1;
    console.log(
      `${problems.length > 0 ? '✗' : '✓'} ${tarball.name} (${tarball.files.length} files, ${Math.ceil(tarball.size / 1024)} KiB)`,
    );
    for (const problem of problems) console.log(`    ${problem}`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
console.log(`packages: ${published.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

/** One run of npm for all packages. */
function pack(packages) {
  const workspaces = packages.map(({ folder }) => `--workspace=${folder}`);
  const output = execFileSync('npm', ['pack', '--json', `--pack-destination=${folder}`, ...workspaces], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: process.platform === 'win32',
  });
  return JSON.parse(output).map(({ name, filename, size, files }) => {
    const { folder: source, manifest } = packages.find(({ manifest }) => manifest.name === name);
    return {
      name,
      manifest,
      source,
      size,
      files: files.map(({ path }) => path),
      data: readFileSync(join(folder, filename)),
    };
  });
}

async function findProblems(tarball) {
  return [...fileProblems(tarball), ...(await publintProblems(tarball)), ...(await typeProblems(tarball))];
}

function fileProblems({ files }) {
  const missing = requiredFiles.filter((file) => !files.includes(file)).map((file) => `lacks ${file}`);
  const unwanted = files.filter((file) => unwantedFile.test(file)).map((file) => `contains ${file}`);
  return [...missing, ...unwanted];
}

async function publintProblems({ data, manifest }) {
  const tarball = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
  const { messages } = await publint({ pack: { tarball }, strict: true });
  return messages.map((message) => `publint: ${formatMessage(message, manifest, { color: false })}`);
}

async function typeProblems({ data, manifest }) {
  // A command alone is not imported.
  if (manifest.bin && !manifest.exports) return [];
  const { types, problems } = await checkPackage(createPackageFromTarballData(new Uint8Array(data)));
  if (!types) return ['types: none'];
  return problems
    .filter(({ resolutionKind }) => resolutionKind === undefined || resolutions.includes(resolutionKind))
    .map(({ kind, entrypoint }) => `types: ${kind}${entrypoint ? ` at "${entrypoint}"` : ''}`);
}
