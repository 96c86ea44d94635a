import { nameOfAddress, readAddress } from '@sensorium/media';
import { chosenFilesIO } from './chosen-files.js';
import { isUrl } from './is-url.js';
import { importBackend } from './missing-package.js';
import type { Platform } from './platform.js';
import { urlBelow } from './url-below.js';

const onWeb = importBackend('@sensorium/backend-web', () => import('@sensorium/backend-web'));

export const browserPlatform: Platform = {
  backends: {
    webgpu: async () => (await onWeb()).webgpuPlugin,
    wasm: async () => (await onWeb()).wasmPlugin,
  },
  defaultBackends: ['webgpu', 'wasm'],
  standIns: [],
  nameOf: (folder, file) => nameOfAddress(urlBelow(folder, file)),
  io(base, { name, signal } = {}) {
    const read: typeof readAddress = (address, options) => readAddress(address, { name, signal, ...options });
    if (base === undefined) return { name, signal, read };
    if (typeof base !== 'string' && !(base instanceof URL)) return chosenFilesIO(base, { name, signal }, read);
    const from = (address: string | URL): string | URL => (isUrl(address) ? address : urlBelow(base, String(address)));
    return { name, signal, read: (address, options) => read(from(address), options) };
  },
};
