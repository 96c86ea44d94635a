import { web } from '@sensorium/data';
import { isUrl, nameOfAddress } from '@sensorium/media';
import { chosenFilesIO } from './chosen-files.js';
import { importBackend } from './missing-package.js';
import { plainIO } from './plain-io.js';
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
  io(base, options = {}) {
    if (base === undefined) return plainIO(options, web);
    if (typeof base !== 'string' && !(base instanceof URL)) return chosenFilesIO(base, plainIO(options, web));
    return plainIO(options, web, (address) => (isUrl(address) ? address : urlBelow(base, String(address))));
  },
};
