import { SensoriumError, type ResolvedManifest } from '@sensorium/contracts';
import { z } from 'zod';
import type { Platform } from './platform.js';

/** What `manifest.json` of a model folder says of how the model came to be. */
export interface Provenance {
  /** Package → version, of every part. */
  readonly packages: Readonly<Record<string, string>>;
  /** File of this folder → SHA-256. */
  readonly files: Readonly<Record<string, string>>;
  /** Table → SHA-256. */
  readonly data: Readonly<Record<string, string>>;
}

export interface ModelManifest extends ResolvedManifest {
  readonly built: Provenance;
}

export interface ModelFolder {
  readonly manifest: ModelManifest;
  readonly model: Uint8Array;
}

export const MODEL_FILE = 'model.onnx';
export const MANIFEST_FILE = 'manifest.json';

const hashes = z.record(z.string(), z.string());
const options = z.record(z.string(), z.unknown());
const part = z.looseObject({ options });
/** The outline only: each part's options are checked by its plugin. */
const outline = z.looseObject({
  sensorium: z.literal(1),
  inputs: z.record(z.string(), part),
  fusion: part,
  heads: z.record(z.string(), part),
  backend: z.array(z.string()),
  built: z.strictObject({ packages: hashes, files: hashes, data: hashes }),
});

/** Reads a model folder and checks that its files are those that training wrote. Throws SENSORIUM_BAD_MODEL, SENSORIUM_CHECKSUM. */
export async function readModelFolder(folder: string | URL, platform: Platform): Promise<ModelFolder> {
  const manifest = parseManifest(await platform.readFile(folder, MANIFEST_FILE), `${String(folder)}/${MANIFEST_FILE}`);
  const model = await platform.readFile(folder, MODEL_FILE);
  const expected = manifest.built.files[MODEL_FILE];
  const found = await sha256(model);
  if (found !== expected) {
    throw new SensoriumError({
      code: 'SENSORIUM_CHECKSUM',
      message: `${MODEL_FILE} is not the file that training wrote: its SHA-256 is ${found}, the manifest says ${expected ?? 'nothing'}`,
      hint: 'Copy the whole folder again, or train anew. To run a changed file as it is, load it with ONNX Runtime.',
      location: { file: `${String(folder)}/${MODEL_FILE}` },
    });
  }
  return { manifest, model };
}

function parseManifest(bytes: Uint8Array, file: string): ModelManifest {
  try {
    // The outline is checked here, and every part's options when the part is created.
    return outline.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))) as unknown as ModelManifest;
  } catch (cause) {
    throw new SensoriumError({
      code: 'SENSORIUM_BAD_MODEL',
      message: 'this is not a manifest that training wrote',
      hint: 'A model folder has model.onnx, manifest.json and metrics.json; "sensorium train" writes one.',
      location: { file },
      cause,
    });
  }
}

/** Hexadecimal; the same function in Node and in the browser. */
async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
