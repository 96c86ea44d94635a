import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ioError } from '@sensorium/data';
import { fetchFile } from './fetch-file.js';
import { MAX_CHARACTERS, type Platform } from './platform.js';

export const nodePlatform: Platform = {
  backends: {
    cpu: async () => (await import('@sensorium/backend-node')).cpu,
    webgpu: async () => (await import('@sensorium/backend-node')).webgpu,
    cuda: async () => (await import('@sensorium/backend-node')).cuda,
    wasm: async () => (await import('@sensorium/backend-web')).wasm,
  },
  defaultBackends: ['cpu'],
  async decode(modality, source, name, signal) {
    const { decode } = await import('@sensorium/media');
    return decode(modality, source, { name, signal, maxCharacters: MAX_CHARACTERS });
  },
  async readFile(folder, file) {
    if (/^https?:/i.test(String(folder))) return fetchFile(folder, file);
    const path = isAbsolute(file) ? file : join(folder instanceof URL ? fileURLToPath(folder) : folder, file);
    try {
      return await readFile(path);
    } catch (error) {
      throw ioError(error, path);
    }
  },
};
