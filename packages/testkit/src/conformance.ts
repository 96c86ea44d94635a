import type { EncoderPlugin, FusionPlugin, HeadPlugin, Modality } from '@sensorium/contracts';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { runGroups, type Group } from './group.js';
import {
  encoderGroups,
  fusionGroups,
  headGroups,
  type EncoderTrial,
  type FusionTrial,
  type HeadTrial,
} from './plugin-groups.js';
import type { Problem } from './problem.js';

/** Declares the tests that every encoder must pass. */
export function conformsAsEncoder<Schema extends z.ZodObject, M extends Modality>(
  plugin: EncoderPlugin<Schema, M>,
  trial: EncoderTrial<Schema, M>,
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
export function conformsAsHead<Schema extends z.ZodObject>(plugin: HeadPlugin<Schema>, trial: HeadTrial<Schema>): void {
  declare(plugin.name, headGroups(plugin, trial));
}

/** What the tests of `conformsAsEncoder` would find. */
export const checkEncoder = <Schema extends z.ZodObject, M extends Modality>(
  plugin: EncoderPlugin<Schema, M>,
  trial: EncoderTrial<Schema, M>,
): Promise<Problem[]> => runGroups(encoderGroups(plugin, trial));

/** What the tests of `conformsAsFusion` would find. */
export const checkFusion = <Schema extends z.ZodObject>(
  plugin: FusionPlugin<Schema>,
  trial: FusionTrial<Schema>,
): Promise<Problem[]> => runGroups(fusionGroups(plugin, trial));

/** What the tests of `conformsAsHead` would find. */
export const checkHead = <Schema extends z.ZodObject>(
  plugin: HeadPlugin<Schema>,
  trial: HeadTrial<Schema>,
): Promise<Problem[]> => runGroups(headGroups(plugin, trial));

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
