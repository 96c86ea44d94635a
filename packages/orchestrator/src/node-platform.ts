import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addressInside, disk, entryAddress } from '@sensorium/data';
import { isUrl, nameOfAddress } from '@sensorium/media';
import { chosenFilesIO } from './chosen-files.js';
import { importBackend } from './missing-package.js';
import { plainIO } from './plain-io.js';
import type { Platform } from './platform.js';
import { urlBelow } from './url-below.js';

const onNode = importBackend('@sensorium/backend-node', () => import('@sensorium/backend-node'));
const onWeb = importBackend('@sensorium/backend-web', () => import('@sensorium/backend-web'));

export const nodePlatform: Platform = {
  backends: {
    cpu: async () => (await onNode()).cpuPlugin,
    webgpu: async () => (await onNode()).webgpuPlugin,
    cuda: async () => (await onNode()).cudaPlugin,
    wasm: async () => (await onWeb()).wasmPlugin,
  },
  defaultBackends: ['cpu'],
  // The same processor, where onnxruntime-node is not installed or not built for this system.
  standIns: ['wasm'],
  nameOf: (folder, file) => nameOfAddress(addressFrom(folder, file)),
  io(base = process.cwd(), options = {}) {
    if (typeof base !== 'string' && !(base instanceof URL)) return chosenFilesIO(base, plainIO(options, disk));
    return plainIO(options, disk, (address) => addressFrom(base, address));
  },
};

/** What stands on a server names files there, never those of this machine. */
function addressFrom(base: string | URL, address: string | URL): string | URL {
  if (isUrl(address)) return address;
  const inside = entryAddress(String(base));
  if (inside) return addressInside(inside, String(address));
  if (/^https?:/i.test(String(base))) return urlBelow(base, String(address));
  if (isAbsolute(String(address))) return address;
  return join(isUrl(base) ? fileURLToPath(base) : String(base), String(address));
}
