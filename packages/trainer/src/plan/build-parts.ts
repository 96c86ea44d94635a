import type { PluginFiles, ResolvedManifest, Warning } from '@sensorium/contracts';
import {
  checkModel,
  createParts,
  planModel,
  type ManifestResolution,
  type Parts,
  type Plan,
  type ReadManifest,
} from '@sensorium/orchestrator';
import type { Origin } from '../host.js';
import { checkAdapters, checkFrozen, unlearnedNotes } from './check-tuning.js';
import { checkBalance } from './balance.js';
import { opened, placed } from './manifest-place.js';
import { checkMix } from './mixing.js';
import { wholeModel } from './model-graph.js';
import { filesOfWeights, readStart, type Start } from './start.js';
import { tuningsOf } from './tuning.js';
import { tuningWarnings } from './warnings.js';

/** A model that is built and not trained. */
export interface Built {
  readonly parts: Parts;
  readonly plan: Plan;
  /** Weights to start from, where `data.weights` names any. */
  readonly start?: Start;
  readonly notes: readonly string[];
  readonly warnings: readonly Warning[];
}

/**
 * Builds the model, reads the weights that it starts from, and checks what of it can be trained. Throws what building and
 * reading weights throw, and SENSORIUM_MANIFEST_INVALID for patterns that fit nothing.
 */
export async function buildParts(
  manifest: ResolvedManifest,
  { plugins }: ManifestResolution,
  files: PluginFiles,
  origin: Origin,
  read: ReadManifest,
): Promise<Built> {
  const { parts, plan, whole } = await placed(read, () => {
    const made = createParts(manifest, plugins, files);
    checkModel(made);
    checkMix(manifest.training.mix, made);
    checkBalance(manifest, made);
    const { batchSize, balance } = manifest.training;
    return { parts: made, plan: planModel(manifest, made), whole: wholeModel(made, batchSize, balance) };
  });
  const { parameters } = whole.scope;
  const paths = filesOfWeights(manifest.data);
  const start =
    paths.length > 0 ? await opened(read, 'data.weights', () => readStart(paths, parameters, origin)) : undefined;
  const weights = start ? start.weights : {};
  await placed(read, () => {
    const tunings = tuningsOf(manifest, parameters, weights);
    if (start) checkFrozen(start, parameters, tunings);
    checkAdapters(manifest, whole, weights);
  });
  return {
    parts,
    plan,
    ...(start && { start }),
    notes: unlearnedNotes(manifest, whole),
    warnings: tuningWarnings(manifest, whole, read),
  };
}
