import type { EncoderPlugin, Example, FusionPlugin, HeadPlugin, Modality, PartOptions } from '@sensorium/contracts';
import { columnChecks } from './checks/column.js';
import { contentChecks } from './checks/content.js';
import { overlayChecks } from './checks/overlay.js';
import { decodeChecks } from './checks/decode.js';
import { definitionChecks, type PluginSubject, type Recorder } from './checks/definition.js';
import { encoderChecks, encoderColumn } from './checks/encoder.js';
import { exampleChecks, type ExampleSubject } from './checks/example.js';
import { featureChecks } from './checks/features.js';
import { fusionChecks } from './checks/fusion.js';
import { graphChecks } from './checks/graph.js';
import { headChecks } from './checks/head.js';
import { hidingChecks } from './checks/hiding.js';
import { learningChecks } from './checks/learning.js';
import { lossChecks } from './checks/loss.js';
import { meterChecks } from './checks/meter.js';
import { mixingChecks } from './checks/mixing.js';
import { modalityChecks } from './checks/modality.js';
import { targetChecks } from './checks/target.js';
import { trainingChecks } from './checks/training.js';
import { checksOf, group, type Group } from './group.js';
import type { Check } from './problem.js';
import { encoderModule } from './subjects/encoder.js';
import { exerciseEncoder } from './subjects/exercise-encoder.js';
import { defaultParts, exerciseFusion, fusionModule } from './subjects/fusion.js';
import { exerciseHead } from './subjects/head.js';
import { learnOptions, partSubject, type PartPlugin, type PartSubject, type PartTrial } from './subjects/part.js';
import type { EncoderTrial, FusionTrial, HeadTrial, ModalityTrial } from './trial.js';

const DEFINITION = 'the plugin';

/** What is checked of one kind of plugins. */
interface Suite<P extends PartPlugin, Subject extends PartSubject<P>> {
  readonly plugin: P;
  readonly kind: P['kind'];
  readonly trial: PartTrial;
  /** Adds what this kind needs beside options, files and values. */
  readonly complete: (subject: PartSubject<P>) => Subject;
  /** Uses everything that the plugin can do. */
  readonly exercise: (subject: Subject) => void | Promise<void>;
  readonly checks: readonly Check<Subject>[];
}

function partGroups<P extends PartPlugin, Subject extends PartSubject<P>>(suite: Suite<P, Subject>): Group[] {
  const { plugin, kind, trial, complete, exercise, checks } = suite;
  const subjectOf = async (choice: PartOptions): Promise<Subject> => complete(await partSubject(plugin, choice, trial));
  return [
    group<PluginSubject>(DEFINITION, definitions, () => ({
      plugin,
      kind,
      choices: trial.options,
      exercise: async (options, record) => exercise(await recorded(await subjectOf(options), record)),
    })),
    ...trial.options.map((choice) => group(titleOf(choice), [...learningChecks, ...checks], () => subjectOf(choice))),
  ];
}

/** Of a plugin, whatever its kind. */
const definitions: readonly Check<PluginSubject>[] = [
  ...definitionChecks,
  ...checksOf(exampleChecks, ({ plugin, kind, choices }: PluginSubject) => ({
    kind,
    name: plugin.name,
    examples: choices.flatMap((choice) => exampleOf(plugin, choice) ?? []),
  })),
];

function exampleOf(plugin: PluginSubject['plugin'], choice: PartOptions): Example | undefined {
  const example = 'example' in plugin ? plugin.example : undefined;
  return typeof example === 'function' ? example(plugin.options.parse(choice)) : example;
}

const titleOf = (choice: PartOptions): string => `with ${JSON.stringify(choice)}`;

/** The same subject, after learning, that notes what the plugin reads of its options. */
async function recorded<Subject extends PartSubject>(subject: Subject, record: Recorder): Promise<Subject> {
  const { plugin, given, files } = subject;
  await learnOptions({ ...subject, given: record(given, false) });
  plugin.files?.(record(given, true), files);
  const maker: { create(...given: unknown[]): unknown } = plugin;
  const create = (options: PartOptions, ...rest: unknown[]): unknown => maker.create(record(options, true), ...rest);
  return { ...subject, plugin: { ...plugin, create } };
}

const copiesOf = <T>(values: readonly T[]): (() => readonly T[]) => {
  const originals = structuredClone(values);
  return () => structuredClone(originals);
};

export function encoderGroups(plugin: EncoderPlugin, trial: EncoderTrial): Group[] {
  return partGroups({
    plugin,
    kind: 'encoder',
    trial,
    complete: (subject) => subject,
    exercise: exerciseEncoder,
    checks: [
      ...checksOf(columnChecks, encoderColumn),
      ...encoderChecks,
      ...checksOf([...featureChecks, ...graphChecks, ...trainingChecks], encoderModule),
      ...contentChecks,
      ...overlayChecks,
      ...hidingChecks,
      ...mixingChecks,
    ],
  });
}

export function fusionGroups(plugin: FusionPlugin, trial: FusionTrial): Group[] {
  const { of = defaultParts } = trial;
  return partGroups({
    plugin,
    kind: 'fusion',
    trial,
    complete: (subject) => ({ ...subject, of }),
    exercise: exerciseFusion,
    checks: [...fusionChecks, ...checksOf([...featureChecks, ...graphChecks, ...trainingChecks], fusionModule)],
  });
}

export function headGroups(plugin: HeadPlugin, trial: HeadTrial): Group[] {
  const { of = ['first'], bad = [] } = trial;
  return partGroups({
    plugin,
    kind: 'head',
    trial,
    complete: (subject) => ({ ...subject, of, bad: copiesOf(bad) }),
    exercise: exerciseHead,
    checks: [...headChecks, ...targetChecks, ...lossChecks, ...decodeChecks, ...meterChecks],
  });
}

export function modalityGroups(modality: Modality, { sources, bad = [], files = new Map() }: ModalityTrial): Group[] {
  const subject = { modality, sources: copiesOf(sources), bad: copiesOf(bad), files };
  const examples = checksOf(exampleChecks, (): ExampleSubject => ({
    kind: 'modality',
    name: modality.name,
    examples: modality.example ? [modality.example] : [],
  }));
  return [group('the modality', [...modalityChecks, ...examples], () => subject)];
}
