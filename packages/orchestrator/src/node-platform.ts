import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readAddress } from '@sensorium/media';
import { chosenFilesIO } from './chosen-files.js';
import { isUrl } from './is-url.js';
import { loadBackend } from './missing-package.js';
import type { Platform } from './platform.js';
import { urlBelow } from './url-below.js';

const nodeBackend = (name: 'cpu' | 'webgpu' | 'cuda') =>
  loadBackend('@sensorium/backend-node', async () => (await import('@sensorium/backend-node'))[name]);

export const nodePlatform: Platform = {
  backends: {
    cpu: nodeBackend('cpu'),
    webgpu: nodeBackend('webgpu'),
    cuda: nodeBackend('cuda'),
    wasm: loadBackend('@sensorium/backend-web', async () => (await import('@sensorium/backend-web')).wasm),
  },
  defaultBackends: ['cpu'],
  io(base = process.cwd(), { name, signal } = {}) {
    const readUrl: ReturnType<Platform['io']>['read'] = (address, options) =>
      readAddress(address, { name, signal, ...options });
    if (base instanceof Map) return chosenFilesIO(base, { name, signal }, readUrl);
    const from = base as string | URL;
    return { name, signal, read: (address, options) => readUrl(addressFrom(from, address), options) };
  },
};

function addressFrom(base: string | URL, address: string | URL): string | URL {
  if (isUrl(address) || isAbsolute(String(address))) return address;
  if (/^https?:/i.test(String(base))) return urlBelow(base, String(address));
  return join(base instanceof URL || /^file:/i.test(base) ? fileURLToPath(base) : base, String(address));
}
