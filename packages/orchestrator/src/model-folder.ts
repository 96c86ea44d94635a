import { SensoriumError, type ErrorCode, type ResolvedManifest } from '@sensorium/contracts';
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

/** What is in a model folder, read already: the JSON of `manifest.json`, the bytes of `model.onnx`. */
export interface ModelInMemory {
  readonly manifest: object;
  readonly model: Uint8Array;
}

/** A model folder (a path in Node, a URL), or what is in one. */
export type ModelSource = string | URL | ModelInMemory;

export const MODEL_FILE = 'model.onnx';
export const MANIFEST_FILE = 'manifest.json';

const hashes = z.record(z.string(), z.string());
const options = z.record(z.string(), z.unknown());
const use = z.string();
const column = z.string();
/** Each part's options are checked by its plugin, and what only training needs is not checked. */
const outline = z.looseObject({
  sensorium: z.literal(1),
  name: z.string(),
  inputs: z.record(
    z.string(),
    z.looseObject({ encoder: use, column, missing: z.enum(['error', 'skip', 'learned']), options }),
  ),
  fusion: z.looseObject({ use, options }),
  heads: z.record(z.string(), z.looseObject({ use, column, weight: z.number(), options })),
  backend: z.array(z.string()),
  built: z.strictObject({ packages: hashes, files: hashes, data: hashes }),
});

/**
 * Reads a model folder and checks that its model is the one that training wrote. Throws SENSORIUM_BAD_MODEL,
 * SENSORIUM_CHECKSUM, and what the platform's `readFile` throws.
 */
export async function readModelFolder(source: ModelSource, platform: Platform): Promise<ModelFolder> {
  if (typeof source === 'object' && 'manifest' in source) {
    const manifest = checkManifest(() => source.manifest, MANIFEST_FILE);
    await checkModel(source.model, manifest, MODEL_FILE);
    return { manifest, model: source.model };
  }
  const bytes = await platform.readFile(source, MANIFEST_FILE);
  const manifest = checkManifest(() => parseJson(bytes), `${String(source)}/${MANIFEST_FILE}`);
  const model = await platform.readFile(source, MODEL_FILE);
  await checkModel(model, manifest, `${String(source)}/${MODEL_FILE}`);
  return { manifest, model };
}

const parseJson = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));

function checkManifest(read: () => unknown, file: string): ModelManifest {
  try {
    return outline.parse(read()) as unknown as ModelManifest;
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : cause instanceof Error ? cause.message : '';
    const message = `this is not a manifest that training wrote:\n${reason}`;
    const hint = 'A model folder has model.onnx, manifest.json and metrics.json; "npx sensorium train" writes one.';
    throw new SensoriumError({ code: 'SENSORIUM_BAD_MODEL', message, hint, location: { file }, cause });
  }
}

async function checkModel(model: Uint8Array, { built }: ModelManifest, file: string): Promise<void> {
  const fail = (code: ErrorCode, message: string, hint: string): SensoriumError =>
    new SensoriumError({ code, message, hint, location: { file } });
  const expected = built.files[MODEL_FILE];
  if (expected === undefined) {
    const message = `${MANIFEST_FILE} does not say the SHA-256 of ${MODEL_FILE}`;
    throw fail('SENSORIUM_BAD_MODEL', message, 'Copy the whole folder again, or train anew.');
  }
  // Browsers have it on pages from https and localhost only.
  if (!globalThis.crypto?.subtle) {
    const message = 'its SHA-256 cannot be checked, because this page comes neither by https nor from localhost';
    throw fail('SENSORIUM_CHECKSUM', message, 'Serve the page by https.');
  }
  const found = await sha256(model);
  if (found === expected) return;
  throw fail(
    'SENSORIUM_CHECKSUM',
    `${MODEL_FILE} is not the file that training wrote: its SHA-256 is ${found}, the manifest says ${expected}`,
    'Copy the whole folder again, or train anew. To run a changed file as it is, load it with ONNX Runtime.',
  );
}

/** Hexadecimal; the same function in Node and in the browser. */
async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
