import type {
  EncoderPlugin,
  FusionPlugin,
  HeadPlugin,
  Media,
  MediaOf,
  Modality,
  PartOptions,
  PluginFiles,
} from '@sensorium/contracts';
import type { z } from 'zod';
import { definitionChecks, type PluginSubject } from './checks/definition.js';
import { encoderChecks, encoderModule, encoderSubject, exerciseEncoder } from './checks/encoder.js';
import { featureChecks } from './checks/features.js';
import { exerciseFusion, fusionChecks, fusionModule, fusionSubject } from './checks/fusion.js';
import { graphChecks } from './checks/graph.js';
import { exerciseHead, headChecks, headModule, headSubject } from './checks/head.js';
import { checksOf, group, type Group } from './group.js';

export interface EncoderTrial<Schema extends z.ZodObject, M extends Modality> {
  /** Choices of options to try the encoder with. Every option must be read with at least one of them. */
  readonly options: readonly z.input<Schema>[];
  /** Several different ones, among them the unusual. */
  readonly media: readonly MediaOf<M>[];
  /** What the options name, by the paths that stand there. */
  readonly files?: PluginFiles;
}

export interface FusionTrial<Schema extends z.ZodObject> {
  /** Choices of options to try the fusion with. Every option must be read with at least one of them. */
  readonly options: readonly z.input<Schema>[];
}

export interface HeadTrial<Schema extends z.ZodObject> {
  /** Choices of options to try the head with. Every option must be read with at least one of them. */
  readonly options: readonly z.input<Schema>[];
  /** Values of the column that the head reads, as a table has them. */
  readonly values: readonly string[];
}

const DEFINITION = 'the plugin';

export function encoderGroups(
  plugin: EncoderPlugin,
  trial: { options: readonly PartOptions[]; media: readonly Media[]; files?: PluginFiles },
): Group[] {
  const { options: choices, files } = trial;
  const originals = structuredClone(trial.media);
  const media = (): readonly Media[] => structuredClone(originals);
  const checks = [...encoderChecks, ...checksOf(featureChecks, encoderModule), ...checksOf(graphChecks, encoderModule)];
  return [
    group<PluginSubject>(DEFINITION, definitionChecks, () => ({
      plugin,
      kind: 'encoder',
      choices,
      exercise: (options, record) => exerciseEncoder(plugin, media, options, record, files),
    })),
    ...choices.map((choice) => group(titleOf(choice), checks, () => encoderSubject(plugin, choice, media, files))),
  ];
}

export function fusionGroups(plugin: FusionPlugin, { options: choices }: { options: readonly PartOptions[] }): Group[] {
  const checks = [...fusionChecks, ...checksOf(featureChecks, fusionModule), ...checksOf(graphChecks, fusionModule)];
  return [
    group<PluginSubject>(DEFINITION, definitionChecks, () => ({
      plugin,
      kind: 'fusion',
      choices,
      exercise: (options, record) => exerciseFusion(plugin, options, record),
    })),
    ...choices.map((choice) => group(titleOf(choice), checks, () => fusionSubject(plugin, choice))),
  ];
}

export function headGroups(
  plugin: HeadPlugin,
  trial: { options: readonly PartOptions[]; values: readonly string[] },
): Group[] {
  const { options: choices, values } = trial;
  const checks = [...headChecks, ...checksOf(graphChecks, headModule)];
  return [
    group<PluginSubject>(DEFINITION, definitionChecks, () => ({
      plugin,
      kind: 'head',
      choices,
      exercise: (options, record) => exerciseHead(plugin, values, options, record),
    })),
    ...choices.map((choice) => group(titleOf(choice), checks, () => headSubject(plugin, choice, values))),
  ];
}

const titleOf = (choice: PartOptions): string => `with ${JSON.stringify(choice)}`;
