// What a machine computes: which backends run, whether they agree, how fast they are. JSON goes to stdout and, after every
// part anew, to gpu.json in the folder $OUT, or here. Arguments choose among the parts.
import { execFileSync } from 'node:child_process';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { parts } from './parts.mjs';
import { start } from './start.mjs';
import { summarize } from './summarize.mjs';
import { findVulkan } from './vulkan.mjs';

/** Of everything. */
const SECONDS = 290;

const began = performance.now();
const elapsed = () => (performance.now() - began) / 1000;
const file = join(process.env.OUT ?? import.meta.dirname, 'gpu.json');
const report = { ok: false, summary: ['unfinished'], started: new Date().toISOString(), seconds: 0 };

try {
  await examine(process.argv.slice(2));
} catch (error) {
  Object.assign(report, { ok: false, summary: [String(error.message)] });
}
save();
process.stdout.write(format());
process.exitCode = report.ok ? 0 : 1;

async function examine(chosen) {
  const unknown = chosen.find((name) => !parts.some((part) => part.name === name));
  if (unknown !== undefined) {
    throw new Error(`there is no part "${unknown}"; parts: ${parts.map(({ name }) => name).join(', ')}`);
  }
  report.cards = cards();
  report.vulkan = await findVulkan();
  report.parts = {};
  for (const part of parts.filter(({ name }) => chosen.length === 0 || chosen.includes(name))) {
    save();
    const limit = Math.min(part.seconds, SECONDS - elapsed());
    console.error(`${part.name}, at most ${limit.toFixed(0)} s`);
    report.parts[part.name] =
      limit > 1 ? await start(part.args, limit, report.vulkan.environment) : { error: 'no time was left for it' };
  }
  Object.assign(report, summarize(report));
}

/** What NVIDIA's own program says, or why it says nothing. */
function cards() {
  const query = ['--query-gpu=name,driver_version,memory.total', '--format=csv,noheader'];
  try {
    return execFileSync('nvidia-smi', query, { encoding: 'utf8', timeout: 20_000 }).trim().split('\n');
  } catch (error) {
    return `nvidia-smi: ${error.code === 'ENOENT' ? 'not installed' : error.message}`;
  }
}

function save() {
  report.seconds = elapsed();
  try {
    writeFileSync(`${file}.part`, format());
    renameSync(`${file}.part`, file);
  } catch (error) {
    report.notSaved = error.message;
  }
}

function format() {
  return `${JSON.stringify(report, null, 2)}\n`;
}
