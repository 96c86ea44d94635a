import { sha256 } from '@sensorium/data';
import { inlineWeights, shareWeights } from '@sensorium/graph';
import { compressWeights, type Precision } from '@sensorium/onnx';
import type { ModelFolder, ModelInMemory, ModelManifest } from '../model-folder.js';
import { MODEL_FILE } from './export.js';

export interface CompressedModel extends ModelInMemory {
  readonly manifest: ModelManifest;
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** Weights of `model.onnx` that are smaller now, by name. */
  readonly small: readonly string[];
  /** Those that the smaller form cannot hold: they stay as they were. */
  readonly left: readonly string[];
}

/** A model folder with smaller weights, also of its further graphs, which go on to read them from `model.onnx`. */
export async function compressModel(folder: ModelFolder, precision: Precision): Promise<CompressedModel> {
  const { manifest, model: whole } = folder;
  const { model, small, left } = compressWeights(whole, precision);
  const files: Record<string, Uint8Array> = {};
  const hashes: Record<string, string> = { [MODEL_FILE]: await sha256(model) };
  for (const file of Object.keys(manifest.built.files)) {
    if (file === MODEL_FILE) continue;
    const graph = compressWeights(inlineWeights(await folder.read(file), whole, MODEL_FILE), precision);
    const bytes = shareWeights(graph.model, model, MODEL_FILE);
    files[file] = bytes;
    hashes[file] = await sha256(bytes);
  }
  return { manifest: { ...manifest, built: { ...manifest.built, files: hashes } }, model, files, small, left };
}
