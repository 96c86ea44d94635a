// `npm run check:gpu`: packs, unpacks into an empty folder, and runs there with no environment and, where that is allowed, no
// network: the command, and the bench on the processor. Run after `npm run build`.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, step } from '../outside/commands.mjs';
import { pack } from './pack.mjs';

const LARGEST = 60 * 2 ** 20;
/** The driver of Debian's Chromium, which computes on the processor. */
const softwareDriver = '/usr/lib/chromium/vk_swiftshader_icd.json';

const folder = mkdtempSync(join(tmpdir(), 'sensorium-gpu-check-'));
const out = join(folder, 'out');
const archive = join(folder, 'gpu.tar.gz');
mkdirSync(out);
try {
  const size = await pack(archive);
  assert.ok(size <= LARGEST, `the archive has ${size} bytes, more than ${LARGEST}`);
  await run('tar', ['-xf', archive, '-C', folder]);
  const alone = await withoutNetwork();

  await step('the processor computes, and what cannot says why', async () => {
    const { ok, parts } = await runThere(alone, ['doctor', 'backends-cpu', 'backends-cuda', 'agreement-cuda']);
    assert.ok(ok);
    assert.ok(parts.doctor.result.backends.find(({ name }) => name === 'wasm').available);
    const { cpu } = parts['backends-cpu'].result.backends;
    assert.ok(cpu.pipeline.samplesPerSecond > 0 && cpu.steps.mlp.milliseconds > 0);
    for (const part of ['backends-cuda', 'agreement-cuda'])
      assert.match(parts[part].result.backends.cuda.reason, /CUDA/);
  });
  if (existsSync(softwareDriver)) {
    await step('a driver that computes on the processor is told', async () => {
      const { vulkan, summary } = await runThere(alone, ['doctor'], [`VK_ICD_FILENAMES=${softwareDriver}`]);
      assert.ok(vulkan.available && vulkan.software, JSON.stringify(vulkan));
      assert.match(summary[0], /no graphics card is used/);
    });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** What starts a program without network: nothing, where the system does not allow that. */
async function withoutNetwork() {
  try {
    await run('unshare', ['-n', 'true']);
    return ['unshare', '-n'];
  } catch {
    console.log('✗ a network cannot be taken away here: it stays');
    return [];
  }
}

/** The report, which is the same in the file and on stdout. */
async function runThere(alone, parts, environment = []) {
  const [program, ...args] = [...alone, 'env', '-i', `OUT=${out}`, ...environment];
  const { stdout } = await run(program, [...args, join(folder, 'sensorium-gpu/run.sh'), ...parts], { cwd: folder });
  assert.deepEqual(JSON.parse(readFileSync(join(out, 'gpu.json'), 'utf8')), JSON.parse(stdout));
  return JSON.parse(stdout);
}
