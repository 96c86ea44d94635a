import { readAddress } from '@sensorium/media';
import { chosenFilesIO } from './chosen-files.js';
import { isUrl } from './is-url.js';
import { loadBackend } from './missing-package.js';
import type { Platform } from './platform.js';
import { urlBelow } from './url-below.js';

const webBackend = (name: 'webgpu' | 'wasm') =>
  loadBackend('@sensorium/backend-web', async () => (await import('@sensorium/backend-web'))[name]);

export const browserPlatform: Platform = {
  backends: { webgpu: webBackend('webgpu'), wasm: webBackend('wasm') },
  defaultBackends: ['webgpu', 'wasm'],
  io(base, { name, signal } = {}) {
    const readUrl: ReturnType<Platform['io']>['read'] = (address, options) =>
      readAddress(address, { name, signal, ...options });
    if (base instanceof Map) return chosenFilesIO(base, { name, signal }, readUrl);
    const from = base as string | URL | undefined;
    const addressOf = (address: string | URL): string | URL =>
      from === undefined || isUrl(address) ? address : urlBelow(from, String(address));
    return { name, signal, read: (address, options) => readUrl(addressOf(address), options) };
  },
};
