import { missingKinds, SensoriumError, type ErrorCode, type ResolvedManifest } from '@sensorium/contracts';
import { z } from 'zod';
import { refuseHtml } from './html-page.js';
import { MODEL_FILE, type ModelNoise } from './model/export.js';
import { own } from './own.js';
import type { Platform } from './platform.js';

/** What `manifest.json` of a model folder says of how the model came to be. */
export interface Provenance {
  /** Package → version, of every part. */
  readonly packages: Readonly<Record<string, string>>;
  /** File of this folder → SHA-256. */
  readonly files: Readonly<Record<string, string>>;
  /** Table → SHA-256. */
  readonly data: Readonly<Record<string, string>>;
  /** Inputs of its graphs that a seed fills. */
  readonly noise: ModelNoise;
}

export interface ModelManifest extends ResolvedManifest {
  readonly built: Provenance;
}

export interface ModelFolder {
  readonly manifest: ModelManifest;
  readonly model: Uint8Array;
  /** A further file that training wrote. Throws as `readModelFolder` does. */
  read(file: string): Promise<Uint8Array>;
}

/** What is in a model folder, read already: the JSON of `manifest.json`, the bytes of `model.onnx`, and further files by name. */
export interface ModelInMemory {
  readonly manifest: object;
  readonly model: Uint8Array;
  readonly files?: Readonly<Record<string, Uint8Array>>;
}

/** A model folder (a path in Node, a URL), or what is in one. */
export type ModelSource = string | URL | ModelInMemory;

export const MANIFEST_FILE = 'manifest.json';

const hashes = z.record(z.string(), z.string());
const options = z.record(z.string(), z.unknown());
const use = z.string();
const of = z.array(z.string());
const column = z.union([z.string(), z.array(z.string())]);
/** Each part's options are checked by its plugin, and what only training needs is not checked. */
const outline = z.looseObject({
  sensorium: z.literal(1),
  name: z.string(),
  inputs: z.record(
    z.string(),
    z.looseObject({
      encoder: use,
      column,
      many: z.int().positive().nullable(),
      tied: z.string().nullable(),
      missing: z.enum(missingKinds),
      options,
    }),
  ),
  fusions: z.record(z.string(), z.looseObject({ use, of, options })),
  heads: z.record(z.string(), z.looseObject({ use, of, column: z.string().nullable(), weight: z.number(), options })),
  backend: z.array(z.string()).nullable(),
  built: z.strictObject({
    packages: hashes,
    files: hashes,
    data: hashes,
    noise: z.record(
      z.string(),
      z.strictObject({
        kind: z.enum(['uniform', 'normal']),
        shape: z.array(z.int()),
      }),
    ),
  }),
});

/** Where a file of a new model lies until `manifest.json` is the new model's. */
export const replacementOf = (file: string): string => `${file}.next`;

/**
 * Reads a model folder and checks that its model is the one that training wrote. Throws SENSORIUM_BAD_MODEL,
 * SENSORIUM_CHECKSUM, and what reading files throws.
 */
export async function readModelFolder(source: ModelSource, platform: Platform): Promise<ModelFolder> {
  if (typeof source === 'object' && 'manifest' in source) {
    return openFolder(
      checkManifest(() => source.manifest, MANIFEST_FILE),
      filesInMemory(source),
    );
  }
  const files = filesIn(source, platform);
  const manifest = await readManifestFile(files);
  try {
    return await openFolder(manifest, files);
  } catch (error) {
    // A training may have put another model here after the manifest was read.
    const now = await readManifestFile(files);
    if (JSON.stringify(now) === JSON.stringify(manifest)) throw error;
    return openFolder(now, files);
  }
}

async function openFolder(manifest: ModelManifest, files: Files): Promise<ModelFolder> {
  const readAs = async (file: string, name: string): Promise<Uint8Array> => {
    const bytes = await files.read(name);
    await checkFile(file, bytes, manifest, files.nameOf(name));
    return bytes;
  };
  const read = (file: string): Promise<Uint8Array> =>
    readAs(file, file).catch(async (error: unknown) => {
      // Where a training was killed after it wrote the manifest, the file has not got its name yet.
      const replacement = isOfOther(error) ? await readAs(file, replacementOf(file)).catch(() => undefined) : undefined;
      if (replacement) return replacement;
      throw error;
    });
  return { manifest, model: await read(MODEL_FILE), read };
}

/** Whether a file may be missing, or another one, because the model was just being replaced. */
const isOfOther = (error: unknown): boolean =>
  SensoriumError.is(error) && (error.code === 'SENSORIUM_CHECKSUM' || error.code === 'SENSORIUM_NOT_FOUND');

/** Files of a model folder, wherever it is. */
interface Files {
  read(file: string): Promise<Uint8Array>;
  /** How errors call it. */
  nameOf(file: string): string;
}

function filesIn(source: string | URL, platform: Platform): Files {
  const io = platform.io(source);
  const nameOf = (file: string): string => platform.nameOf(source, file);
  return {
    nameOf,
    async read(file) {
      const bytes = await io.read(file);
      refuseHtml(bytes, nameOf(file));
      return bytes;
    },
  };
}

const filesInMemory = ({ model, files = {} }: ModelInMemory): Files => ({
  async read(file) {
    const bytes = file === MODEL_FILE ? model : own(files, file);
    if (bytes) return bytes;
    throw new SensoriumError({
      code: 'SENSORIUM_NOT_FOUND',
      message: `the model in memory has no "${file}"`,
      hint: 'Give the further files of the folder as "files".',
      location: { file },
    });
  },
  nameOf: (file) => file,
});

async function readManifestFile(folder: Files): Promise<ModelManifest> {
  const bytes = await folder.read(MANIFEST_FILE);
  return checkManifest(() => parseJson(bytes), folder.nameOf(MANIFEST_FILE));
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

async function checkFile(name: string, bytes: Uint8Array, { built }: ModelManifest, file: string): Promise<void> {
  const fail = (code: ErrorCode, message: string, hint: string): SensoriumError =>
    new SensoriumError({ code, message, hint, location: { file } });
  const expected = own(built.files, name);
  if (expected === undefined) {
    const message = `${MANIFEST_FILE} does not say the SHA-256 of ${name}`;
    throw fail('SENSORIUM_BAD_MODEL', message, 'Copy the whole folder again, or train anew.');
  }
  // Browsers have it on pages from https and localhost only.
  if (!globalThis.crypto?.subtle) {
    const message = 'its SHA-256 cannot be checked, because this page comes neither by https nor from localhost';
    throw fail('SENSORIUM_CHECKSUM', message, 'Serve the page by https.');
  }
  const found = await sha256(bytes);
  if (found === expected) return;
  throw fail(
    'SENSORIUM_CHECKSUM',
    `${name} is not the file that training wrote: its SHA-256 is ${found}, the manifest says ${expected}`,
    'Copy the whole folder again, or train anew. To run a changed file as it is, load it with ONNX Runtime.',
  );
}

/** Hexadecimal; the same function in Node and in the browser. */
async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
