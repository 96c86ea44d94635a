import { fetchFile } from './fetch-file.js';
import { MAX_CHARACTERS, type Platform } from './platform.js';

export const browserPlatform: Platform = {
  backends: {
    webgpu: async () => (await import('@sensorium/backend-web')).webgpu,
    wasm: async () => (await import('@sensorium/backend-web')).wasm,
  },
  defaultBackends: ['webgpu', 'wasm'],
  async decode(modality, source, name, signal) {
    const { decode } = await import('@sensorium/media');
    return decode(modality, source, { name, signal, maxCharacters: MAX_CHARACTERS });
  },
  readFile: fetchFile,
};
