import type { EncoderPlugin, FusionPlugin, HeadPlugin, Modality, Prediction } from '@sensorium/contracts';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { runGroups, type Group } from './group.js';
import { encoderGroups, fusionGroups, headGroups, modalityGroups } from './plugin-groups.js';
import type { Problem } from './problem.js';
import type { EncoderTrial, FusionTrial, HeadTrial, ModalityTrial } from './trial.js';

/** Declares the tests that every encoder must pass. */
export function conformsAsEncoder<Schema extends z.ZodObject, T>(
  plugin: EncoderPlugin<Schema, T>,
  trial: EncoderTrial<Schema, T>,
): void {
  declare(plugin.name, encoderGroups(plugin, trial));
}

/** Declares the tests that every fusion must pass. */
export function conformsAsFusion<Schema extends z.ZodObject>(
  plugin: FusionPlugin<Schema>,
  trial: FusionTrial<Schema>,
): void {
  declare(plugin.name, fusionGroups(plugin, trial));
}

/** Declares the tests that every head must pass. */
export function conformsAsHead<Schema extends z.ZodObject, T, P extends Prediction>(
  plugin: HeadPlugin<Schema, T, P>,
  trial: HeadTrial<Schema, T>,
): void {
  declare(plugin.name, headGroups(plugin, trial));
}

/** Declares the tests that every modality must pass. */
export function conformsAsModality<T>(modality: Modality<T>, trial: ModalityTrial): void {
  declare(modality.name, modalityGroups(modality, trial));
}

/** What the tests of `conformsAsEncoder` would find. */
export const checkEncoder = <Schema extends z.ZodObject, T>(
  plugin: EncoderPlugin<Schema, T>,
  trial: EncoderTrial<Schema, T>,
): Promise<Problem[]> => runGroups(encoderGroups(plugin, trial));

/** What the tests of `conformsAsFusion` would find. */
export const checkFusion = <Schema extends z.ZodObject>(
  plugin: FusionPlugin<Schema>,
  trial: FusionTrial<Schema>,
): Promise<Problem[]> => runGroups(fusionGroups(plugin, trial));

/** What the tests of `conformsAsHead` would find. */
export const checkHead = <Schema extends z.ZodObject, T, P extends Prediction>(
  plugin: HeadPlugin<Schema, T, P>,
  trial: HeadTrial<Schema, T>,
): Promise<Problem[]> => runGroups(headGroups(plugin, trial));

/** What the tests of `conformsAsModality` would find. */
export const checkModality = <T>(modality: Modality<T>, trial: ModalityTrial): Promise<Problem[]> =>
  runGroups(modalityGroups(modality, trial));

function declare(name: string, groups: readonly Group[]): void {
  describe(name, () => {
    for (const { title, checks } of groups) {
      describe(title, () => {
        for (const { name, run } of checks) {
          it(name, async () => expect((await run()).map(({ message }) => message)).toEqual([]));
        }
      });
    }
  });
}
