import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import process from 'node:process';
import { probeWebgpu } from './parts.mjs';
import { execute } from './start.mjs';

const SECONDS = 30;
const ownLoader = fileURLToPath(new URL('vulkan', import.meta.url));
/** Where hosts put NVIDIA's driver into containers, which Vulkan's loader does not search. */
const mounted = '/usr/local/nvidia';

/**
 * Looks for an environment in which webgpu runs: the machine's own; with the loader of Vulkan that is packed here; and with
 * drivers that its loader does not find by itself. Gives all that was tried, and of the first that works the environment
 * and the devices. One that computes on the processor is told apart.
 */
export async function findVulkan() {
  const attempts = [];
  for (const { name, environment } of candidates()) {
    const { stdout, stderr, ended } = await execute(probeWebgpu, SECONDS, {
      ...environment,
      VK_LOADER_DEBUG: 'driver,error',
    });
    const state = stateIn(stdout) ?? { available: false, reason: `trying it gave no answer; ${ended}` };
    const devices = [
      ...new Set([...stderr.matchAll(/Using "(.+?)" with driver: "(.+?)"/g)].map(([, device]) => device)),
    ];
    attempts.push({ name, environment, ...state, devices, errors: errorsIn(stderr) });
    if (state.available) return { available: true, environment, devices, software: devices.some(isSoftware), attempts };
  }
  return { available: false, environment: {}, devices: [], software: false, attempts };
}

function stateIn(stdout) {
  try {
    return JSON.parse(stdout);
  } catch {
    return undefined;
  }
}

const isSoftware = (device) => /swiftshader|llvmpipe|lavapipe/i.test(device);

const errorsIn = (stderr) => [...new Set(stderr.match(/^.*(ERROR|Couldn't load Vulkan).*$/gm) ?? [])];

function candidates() {
  const loader = existsSync(ownLoader)
    ? [{ name: 'with the loader packed here', environment: libraries(ownLoader) }]
    : [];
  const folders = ['share/vulkan/icd.d', 'vulkan/icd.d'].map((folder) => join(mounted, folder)).filter(existsSync);
  const drivers = folders.flatMap((folder) => readdirSync(folder).map((file) => join(folder, file))).join(':');
  const named = {
    name: `with the drivers in ${mounted}`,
    environment: {
      ...libraries(...loader.map(() => ownLoader), join(mounted, 'lib64')),
      VK_DRIVER_FILES: drivers,
      VK_ICD_FILENAMES: drivers,
    },
  };
  return [{ name: 'as it is', environment: {} }, ...loader, ...(drivers ? [named] : [])];
}

/** After those that somebody has set. */
const libraries = (...folders) => ({
  LD_LIBRARY_PATH: [process.env.LD_LIBRARY_PATH, ...folders].filter(Boolean).join(':'),
});
